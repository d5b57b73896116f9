"""Rows about days and hours."""

from tests.engine.conditions.tree.table.row import Row, at, leaf, moment

_WORKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"]}
_EVENING, _NIGHT = {"from": "17:00", "to": "22:00"}, {"from": "22:00", "to": "02:00"}

MOMENT = (
    Row(
        leaf("weekday", "is", **_WORKDAYS),
        "Monday to Friday",
        (at(), moment("2026-12-05T00:00+14:00")),
        (moment("2026-11-29T23:59+09:00"),),
        "sun",
    ),
    Row(
        leaf("weekday", "is_not", days=["sun", "mon"]),
        "not on Monday or Sunday",
        (moment("2026-12-01T00:00+09:00"),),
        (at(),),
        "mon",
    ),
    Row(
        leaf("hours", "between", **_EVENING),
        "17:00–22:00",
        (moment("2026-11-30T17:00+09:00"), moment("2026-11-30T21:59:59+09:00")),
        (moment("2026-11-30T22:00+09:00"), moment("2026-11-30T16:59:59+09:00")),
        "22:00",
    ),
    Row(
        leaf("hours", "between", **_NIGHT),
        "22:00–02:00",
        (moment("2026-11-30T22:00+09:00"), moment("2026-12-01T01:59:59+09:00")),
        (moment("2026-12-01T02:00+09:00"), moment("2026-11-30T21:59+09:00")),
        "02:00",
    ),
    Row(
        leaf("dates", "between", **{"from": "2026-11-01", "to": "2026-11-30"}),
        "from 2026-11-01 to 2026-11-30",
        (moment("2026-11-01T00:00+09:00"), moment("2026-11-30T23:59:59+09:00")),
        (moment("2026-12-01T00:00+09:00"), moment("2026-10-31T23:59+09:00")),
        "2026-12-01",
    ),
    Row(
        leaf("dates", "between", **{"from": "2026-11-30"}),
        "from 2026-11-30",
        (at(),),
        (moment("2026-11-29T23:59+09:00"),),
        "2026-11-29",
    ),
    Row(
        leaf("dates", "between", to="2026-11-30"),
        "until 2026-11-30",
        (at(),),
        (moment("2026-12-01T00:00+09:00"),),
        "2026-12-01",
    ),
    # The day of Culture, and a day for the one that fell on a Sunday (6 May 2026).
    Row(
        leaf("holiday", "is", country="JP"),
        "on public holidays of Japan",
        (moment("2026-11-03T12:00+09:00"), moment("2026-05-06T00:00+09:00")),
        (moment("2026-11-04T00:00+09:00"), moment("2026-11-03T12:00+09:00", "Pacific/Honolulu")),
        "2026-11-04",
    ),
    Row(
        leaf("holiday", "is_not", country="JP"),
        "not on public holidays of Japan",
        (at(),),
        (moment("2026-11-03T12:00+09:00"),),
        "2026-11-03",
    ),
)
