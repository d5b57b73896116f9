"""Render amounts and times for the API."""

from datetime import datetime
from functools import lru_cache

from engine.moments import format_moment
from engine.money import to_major
from gateway.api.shapes.types import Money


@lru_cache(maxsize=16_384)
def money(minor: int, currency: str) -> Money:
    """Return an amount as the API writes it. A response often repeats the same amounts."""
    return Money(to_major(minor, currency), currency)


def moment(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC, to the second."""
    return format_moment(at, timespec="seconds")
