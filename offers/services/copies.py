"""The codes and names of copies."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _


def free_code(code: str, *, length: int, endings: Iterable[str], is_taken: Callable[[str], bool]) -> str:
    """Return the code with the first of the endings with which it is free, at most `length` characters."""
    candidates = (code[: length - len(ending)] + ending for ending in endings)
    return next(one for one in candidates if not is_taken(one))


def copied_name(name: str, *, length: int) -> str:
    """Return the name as that of a copy, unless that is too long."""
    copied = _("%(name)s (copy)") % {"name": name}
    return copied if len(copied) <= length else name
