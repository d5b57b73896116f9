"""Quiet hours on public holidays: the calendar of a country, without a list of dates."""

from datetime import datetime

import pytest

from engine.restraint.quiet import QuietHours

# 3 to 6 May 2026 are Constitution Day, Greenery Day, Children's Day, and a day for the one on a Sunday.
JAPAN = QuietHours(country="JP", only_holidays=True)
NIGHTS = QuietHours(starts_minute=21 * 60, ends_minute=8 * 60, country="DE")


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("quiet", "zone", "at", "ends"),
    [
        (JAPAN, "Asia/Tokyo", "2026-05-03T00:00+09:00", "2026-05-07T00:00+09:00"),
        (JAPAN, "Asia/Tokyo", "2026-05-06T23:59+09:00", "2026-05-07T00:00+09:00"),
        (JAPAN, "Asia/Tokyo", "2026-05-07T00:00+09:00", None),
        (JAPAN, "Asia/Tokyo", "2026-05-02T23:59+09:00", None),
        # The same moment is still the day before in Berlin, and a holiday of no later year is forgotten.
        (JAPAN, "Europe/Berlin", "2026-05-02T17:00+02:00", None),
        (JAPAN, "Asia/Tokyo", "2031-01-01T09:00+09:00", "2031-01-02T00:00+09:00"),
        # Christmas Eve is no holiday in Germany; its night runs into the two days that are.
        (NIGHTS, "Europe/Berlin", "2026-12-24T20:59+01:00", None),
        (NIGHTS, "Europe/Berlin", "2026-12-24T21:00+01:00", "2026-12-27T08:00+01:00"),
    ],
)
def test_quiet__on_public_holidays__ends_after_the_last(
    quiet: QuietHours, zone: str, at: str, ends: str | None
) -> None:
    assert quiet.ends_at(seconds(at), zone) == (None if ends is None else seconds(ends))
