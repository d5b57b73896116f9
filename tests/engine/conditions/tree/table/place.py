"""Rows about where an offer is shown."""

from engine.conditions.goods import ShownOn
from tests.engine.conditions.tree.table.row import NOWHERE, Row, leaf, place

_KONBINI = {"name": "payment_method", "values": ["konbini", "bank"]}


def _shown(placement: str = "", channel: str = "") -> ShownOn:
    return ShownOn(placement=placement, channel=channel)


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
        "ja-jp",
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
