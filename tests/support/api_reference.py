"""The calls and the answers that docs/api.md shows, and whether a real answer is like a shown one.

Lines that are indented by four spaces and begin with `curl` or `python` are calls of a shell. Blocks of
JavaScript and Python are run too. The JSON blocks up to the next call are its answer, or parts of it. In
these, “…” stands for what is left out: the rest of a text, of a list or of an object.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

REST: Final = "…"
_BLOCK: Final = re.compile(
    r"^```(?P<language>\w+)\n(?P<fenced>.*?)^```$"
    r"|(?P<shell>(?:^ {4}(?:curl|python) [^\n]*\n(?:^ {6,}[^\n]*\n)*)+)",
    re.MULTILINE | re.DOTALL,
)
# What differs from call to call.
_CHANGING: Final = {"generation", "expires_at", "request_id", "placed_at", "refunded_at", "created_at"}


@dataclass
class Step:
    """A call, the heading that it follows, and the answers that are shown for it."""

    heading: str
    language: str
    code: str
    shown: list[Any] = field(default_factory=list)


def read_steps(text: str) -> Iterator[Step]:
    """Yield the calls of the reference in their order; a shell block of several commands is one call."""
    step: Step | None = None
    for found in _BLOCK.finditer(text):
        if found["language"] == "json":
            assert step, f"No call comes before {found['fenced']}"
            step.shown.append(json.loads(found["fenced"]))
            continue
        if step:
            yield step
        heading = re.findall(r"^#+ (.*)$", text[: found.start()], re.MULTILINE)[-1]
        step = Step(heading, found["language"] or "sh", found["fenced"] or found["shell"])
    if step:
        yield step


def find_difference(shown: Any, answered: Any) -> str | None:
    """Return where an answer, and every part of it, differs from what is shown; None if one is like it."""
    differences = [differ(shown, part) for part in _parts(answered)]
    return None if None in differences else differences[0]


def differ(shown: Any, answered: Any, place: str = "") -> str | None:
    """Return the first difference of a value from the shown one."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        return _differ_in_keys(shown, answered, place)
    if isinstance(shown, list) and isinstance(answered, list):
        return _differ_in_items(shown, answered, place)
    if isinstance(shown, str) and isinstance(answered, str):
        changes = shown.endswith(REST) or place.rpartition("/")[2] in _CHANGING
        return None if changes or shown == answered else f"{place}: {answered!r} instead of {shown!r}"
    return None if shown == answered else f"{place}: {answered!r} instead of {shown!r}"


def _differ_in_keys(shown: dict[str, Any], answered: dict[str, Any], place: str) -> str | None:
    expected = shown.keys() - {REST}
    if expected - answered.keys() or (REST not in shown and answered.keys() - expected):
        return f"{place}: the fields {sorted(answered)} instead of {sorted(shown)}"
    differences = (differ(shown[key], answered[key], f"{place}/{key}") for key in shown if key in expected)
    return next(filter(None, differences), None)


def _differ_in_items(shown: list[Any], answered: list[Any], place: str) -> str | None:
    expected = [item for item in shown if item != REST]
    # Without its beginning, a list is compared from its end.
    answered = answered[-len(expected) :] if shown[:1] == [REST] else answered
    if len(answered) < len(expected) or (REST not in shown and len(answered) != len(expected)):
        return f"{place}: {len(answered)} items instead of {len(expected)}"
    differences = (differ(item, answered[at], f"{place}/{at}") for at, item in enumerate(expected))
    return next(filter(None, differences), None)


def _parts(value: Any) -> Iterator[Any]:
    """Yield a value and everything in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _parts(part)
