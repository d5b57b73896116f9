from zoneinfo import ZoneInfo

import pytest

from engine.moments import format_moment, parse_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-10-25 02:30", "2026-10-25T00:30:00Z"), ("2026-03-29 02:30", "2026-03-29T01:30:00Z")],
    ids=["repeated: the first", "skipped: the offset before"],
)
def test_parse_moment__local_time_at_a_clock_change__is_one_moment(text: str, moment: str) -> None:
    assert format_moment(parse_moment(text, zone=ZoneInfo("Europe/Berlin"))) == moment
