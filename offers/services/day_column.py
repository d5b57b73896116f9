"""Days of the statistics as dates."""

from datetime import date

from engine.learned.facts import NO_DAY, Ints


def to_dates(days: Ints) -> list[date | None]:
    """Return days since 1970-01-01 as dates, NO_DAY as None."""
    dates = days.astype("datetime64[D]").tolist()
    return [None if day == NO_DAY else value for day, value in zip(days.tolist(), dates, strict=True)]
