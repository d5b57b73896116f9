"""Until when a shopper puts an offer off."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.timezone import get_default_timezone

from engine.moments import parse_moment
from engine.restraint.entry import NEXT_VISIT

A_DAY: Final = "day"
UNTIL_NEXT_VISIT: Final = "next_visit"
# A shop that knows no better holds an offer for a day.
_DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=366)


class PutOffError(ValueError):
    """A time that an offer cannot be put off to; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def put_off_until(text: str, *, said_at: datetime) -> int:
    """Return until when an offer is held, in seconds since 1970-01-01 UTC, or NEXT_VISIT.

    `text` is "day" (the default), "next_visit", a date (its first moment in the zone of the shop) or a date
    and time. Raises PutOffError for any other text, and for a time that has passed or is more than a year
    away.
    """
    if text == UNTIL_NEXT_VISIT:
        return NEXT_VISIT
    if text in ("", A_DAY):
        return int((said_at + _DAY).timestamp())
    try:
        until = parse_moment(text, zone=get_default_timezone())
    except (ValueError, OverflowError) as error:
        detail = "until: use `day`, `next_visit`, a date, or a date and time with a UTC offset."
        raise PutOffError("invalid_until", detail) from error
    if not said_at < until <= said_at.astimezone(UTC) + LONGEST:
        raise PutOffError("implausible_until", "until: the time must be in the future, at most a year ahead.")
    return int(until.timestamp())
