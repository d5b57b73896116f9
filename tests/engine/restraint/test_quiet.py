"""Quiet hours at their edges, also in the nights in which clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.restraint import QuietHours

BERLIN = "Europe/Berlin"
NIGHT = QuietHours(22 * 60, 8 * 60)
EARLY = QuietHours(2 * 60, 2 * 60 + 30)


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("quiet", "at", "zone", "until"),
    [
        # Half-open: the first minute is quiet, the last is not.
        (NIGHT, "2026-11-20T21:59:59+09:00", "Asia/Tokyo", None),
        (NIGHT, "2026-11-20T22:00:00+09:00", "Asia/Tokyo", "2026-11-21T08:00:00+09:00"),
        (NIGHT, "2026-11-21T07:59:59+09:00", "Asia/Tokyo", "2026-11-21T08:00:00+09:00"),
        (NIGHT, "2026-11-21T08:00:00+09:00", "Asia/Tokyo", None),
        # The nights in which a clock change makes an hour more or less.
        (NIGHT, "2026-10-24T23:00:00+02:00", BERLIN, "2026-10-25T08:00:00+01:00"),
        (NIGHT, "2026-03-28T23:00:00+01:00", BERLIN, "2026-03-29T08:00:00+02:00"),
        # 02:00 to 02:30 comes twice: quiet both times.
        (EARLY, "2026-10-25T02:15:00+02:00", BERLIN, "2026-10-25T02:30:00+02:00"),
        (EARLY, "2026-10-25T02:45:00+02:00", BERLIN, None),
        (EARLY, "2026-10-25T02:15:00+01:00", BERLIN, "2026-10-25T02:30:00+01:00"),
        # It is skipped: never quiet.
        (EARLY, "2026-03-29T01:59:59+01:00", BERLIN, None),
        (EARLY, "2026-03-29T03:00:00+02:00", BERLIN, None),
        # An end that is skipped is when the clocks jump over it.
        (QuietHours(22 * 60, 150), "2026-03-29T01:50:00+01:00", BERLIN, "2026-03-29T03:00:00+02:00"),
        # A Friday night goes on into Saturday, and a weekend is one silence.
        (
            QuietHours(22 * 60, 8 * 60, frozenset({4})),
            "2026-11-21T07:00:00+11:00",
            "Australia/Sydney",
            "2026-11-21T08:00:00+11:00",
        ),
        (QuietHours(22 * 60, 8 * 60, frozenset({4})), "2026-11-21T23:00:00+11:00", "Australia/Sydney", None),
        (
            QuietHours(days=frozenset({5, 6})),
            "2026-11-21T12:00:00+09:00",
            "Asia/Tokyo",
            "2026-11-23T00:00:00+09:00",
        ),
    ],
)
def test_ends_at__in_the_zone__is_when_the_silence_is_over(
    quiet: QuietHours, at: str, zone: str, until: str | None
) -> None:
    found = quiet.ends_at(moment(at), zone)

    assert found == (None if until is None else moment(until))


def test_holidays__before_and_after_quiet_hours__are_one_silence() -> None:
    new_year = frozenset({datetime(2027, 1, 1, tzinfo=UTC).toordinal()})
    quiet = QuietHours(22 * 60, 8 * 60, holidays=new_year)

    found = quiet.ends_at(moment("2026-12-31T23:00:00+09:00"), "Asia/Tokyo")

    # The night before, the holiday, and the hours that begin on it.
    assert found == int(datetime(2027, 1, 2, 8, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp())
