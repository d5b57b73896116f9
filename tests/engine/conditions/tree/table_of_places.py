"""The rows of the table that are about moments and places."""

from msgspec.structs import replace

from engine.conditions import Circumstances
from engine.conditions.goods import ShownOn
from tests.engine.conditions.tree.table import NOWHERE, Row, at, known, leaf, moment, place

_WORKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"]}
_EVENING, _NIGHT = {"from": "17:00", "to": "22:00"}, {"from": "22:00", "to": "02:00"}
_KONBINI = {"name": "payment_method", "values": ["konbini", "bank"]}


def _shown(placement: str = "", channel: str = "") -> ShownOn:
    return ShownOn(placement=placement, channel=channel)


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

PLACE = (
    Row(
        leaf("placement", "is", values=["cart", "thanks"]),
        "in the placement Cart or thanks",
        (place(page=_shown(placement="cart")),),
        (place(page=_shown(placement="home")), NOWHERE),
        "home",
    ),
    Row(
        leaf("placement", "is_not", values=["cart"]),
        "not in the placement Cart",
        (place(page=_shown(placement="home")),),
        (place(page=_shown(placement="cart")), NOWHERE),
        "cart",
    ),
    Row(
        leaf("channel", "is", values=["line"]),
        "in the channel line",
        (place(page=_shown(channel="line")),),
        (place(page=_shown(channel="web")), NOWHERE),
        "web",
    ),
    Row(
        leaf("channel", "is_not", values=["line"]),
        "not in the channel line",
        (place(page=_shown(channel="web")),),
        (place(page=_shown(channel="line")), NOWHERE),
        "line",
    ),
    Row(
        leaf("locale", "is", values=["ja"]),
        "who read Japanese",
        (place(locale="ja"), place(locale="ja-JP")),
        (place(locale="en"), NOWHERE),
        "en",
    ),
    Row(
        leaf("locale", "is_not", values=["ja"]),
        "who do not read Japanese",
        (place(locale="en"),),
        (place(locale="ja-JP"), NOWHERE),
        ("ja", "ja-jp"),
    ),
    Row(
        leaf("country", "is", values=["JP"]),
        "in Japan",
        (place(country="JP"),),
        (place(country="DE"), NOWHERE),
        "DE",
    ),
    Row(
        leaf("country", "is_not", values=["JP"]),
        "not in Japan",
        (place(country="DE"),),
        (place(country="JP"), NOWHERE),
        "JP",
    ),
    Row(
        leaf("currency", "is", values=["JPY"]),
        "who pay in JPY",
        (place(currencies=frozenset({"JPY"})),),
        (place(currencies=frozenset({"USD"})), NOWHERE),
        "USD",
    ),
    Row(
        leaf("currency", "is_not", values=["JPY"]),
        "who do not pay in JPY",
        (place(currencies=frozenset({"USD"})),),
        (place(currencies=frozenset({"JPY"})), NOWHERE),
        "JPY",
    ),
    Row(
        leaf("context", "is", **_KONBINI),
        "with payment method konbini or bank",
        (place(context={"payment_method": "bank"}),),
        (place(context={"payment_method": "card"}), NOWHERE),
        "card",
    ),
    Row(
        leaf("context", "is_not", **_KONBINI),
        "with payment method other than konbini or bank",
        (place(context={"payment_method": "card"}),),
        (place(context={"payment_method": "bank"}), NOWHERE),
        "bank",
    ),
)


def _on_page_of_category(bought: dict[int, int]) -> Circumstances:
    return replace(known(bought_categories=bought), page=ShownOn(category=5))


NEW_CATEGORY = (
    Row(
        leaf("new_category", "is"),
        "who have never bought from the category of the page",
        (_on_page_of_category({6: 1}),),
        (_on_page_of_category({5: 1}), known(), NOWHERE),
        (5,),
    ),
    Row(
        leaf("new_category", "is_not"),
        "who have bought from the category of the page",
        (_on_page_of_category({5: 1}),),
        (_on_page_of_category({}), known(), NOWHERE),
        (5,),
    ),
)
