"""The shop's own values in a request: those that are declared count, others become notes."""

from collections.abc import Mapping

from engine.notes import Note
from engine.snapshot.reader import Snapshot


def read_own_values(snapshot: Snapshot, context: Mapping[str, str]) -> tuple[dict[str, str], list[Note]]:
    """Return the values that conditions may look at, and a note for each of the others."""
    values: dict[str, str] = {}
    notes: list[Note] = []
    for name, value in context.items():
        choices = snapshot.context.get(name, [])
        if name not in snapshot.context:
            detail = f"No context value {name!r} is declared. It is ignored."
            notes.append(Note("unknown_context", f"/context/{name}", detail))
        elif choices is not None and value not in choices:
            detail = f"The context value {name!r} has no choice {value!r}. It is ignored."
            notes.append(Note("unknown_context_choice", f"/context/{name}", detail))
        else:
            values[name] = value
    return values, notes
