"""Amounts and moments, as the API answers them."""

from datetime import datetime
from functools import lru_cache

from engine.moments import format_moment
from engine.money import to_major
from gateway.api.shapes.types import Money


@lru_cache(maxsize=16_384)
def money(minor: int, currency: str) -> Money:
    """Return an amount as it goes over the wire; an answer names the same one many times."""
    return Money(to_major(minor, currency), currency)


def moment(at: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, in whole seconds."""
    return format_moment(at, timespec="seconds")
