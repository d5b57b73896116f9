"""The kinds of offer that are installed, as they registered themselves."""

from typing import Any

from offers.kinds.base import Kind

_kinds: dict[str, Kind[Any, Any, Any]] = {}


def register(kind: Kind[Any, Any, Any]) -> None:
    """Make a kind known to the whole product; called by the module `kind` of its app."""
    if kind.code in _kinds:
        raise ValueError(f"There are two kinds of offer with the code {kind.code!r}.")
    _kinds[kind.code] = kind


def kind_of(code: str) -> Kind[Any, Any, Any]:
    """Return the kind with this code; KeyError if it is not installed."""
    return _kinds[code]


def find_kind(code: str) -> Kind[Any, Any, Any] | None:
    """Return the kind with this code, None if the code means something else."""
    return _kinds.get(code)


def all_kinds() -> tuple[Kind[Any, Any, Any], ...]:
    """Return the kinds in the order of INSTALLED_APPS."""
    return tuple(_kinds.values())
