from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.moments import ClockChangeError, format_moment, local_moment, parse_moment


@pytest.mark.parametrize(
    ("text", "zone", "is_skipped"),
    [
        ("2026-10-25 02:00", "Europe/Berlin", False),
        ("2026-10-25T02:59:59.999999", "Europe/Berlin", False),
        ("2026-03-29 02:00", "Europe/Berlin", True),
        ("2026-03-29 02:59:59", "Europe/Berlin", True),
        ("2026-11-01 01:30", "America/New_York", False),
        ("2026-03-08 02:30", "America/New_York", True),
        ("2026-10-04 02:15", "Australia/Lord_Howe", True),
    ],
)
def test_parse_moment__local_time_at_a_clock_change__is_refused(
    text: str, zone: str, *, is_skipped: bool
) -> None:
    with pytest.raises(ClockChangeError) as caught:
        parse_moment(text, zone=ZoneInfo(zone))

    assert caught.value.is_skipped is is_skipped
    assert caught.value.local == datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-10-25 01:59:59", "Europe/Berlin", "2026-10-24T23:59:59Z"),
        ("2026-10-25 03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"),
        ("2026-03-29 01:59:59", "Europe/Berlin", "2026-03-29T00:59:59Z"),
        ("2026-03-29 03:00", "Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("2026-10-25 02:30 +02:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+01:00", "Europe/Berlin", "2026-10-25T01:30:00Z"),
        ("2026-10-25 02:30", "Asia/Tokyo", "2026-10-24T17:30:00Z"),
    ],
)
def test_parse_moment__just_outside_a_clock_change__is_one_moment(text: str, zone: str, moment: str) -> None:
    assert format_moment(parse_moment(text, zone=ZoneInfo(zone))) == moment


@pytest.mark.parametrize(
    ("day", "zone", "moment"),
    [
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00Z"),
        ("2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"),
    ],
    ids=["midnight skipped", "midnight repeated"],
)
def test_parse_moment__date_alone__is_the_first_moment_of_the_day(day: str, zone: str, moment: str) -> None:
    assert format_moment(parse_moment(day, zone=ZoneInfo(zone))) == moment


def test_local_moment__outside_the_years_of_dates__overflows() -> None:
    with pytest.raises(OverflowError):
        local_moment(datetime.min, zone=ZoneInfo("Asia/Tokyo"))  # noqa: DTZ901 (a naive time is what is read)
