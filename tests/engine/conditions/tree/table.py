"""One row for each sentence that conditions can say: what meets it, what does not, and how it is said."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from engine.conditions import Circumstances
from engine.conditions.goods import Goods, ShownOn
from engine.conditions.shopper import ShopperFacts
from engine.moments import EPOCH_DATE

# A Monday, 19:30 in Tokyo and 11:30 in Berlin: the last day of November 2026, no holiday.
AT = int(datetime(2026, 11, 30, 10, 30, tzinfo=UTC).timestamp())
TODAY = (datetime(2026, 11, 30, tzinfo=UTC).date() - EPOCH_DATE).days


class Row(NamedTuple):
    """A condition as JSON and in words, what meets it, what does not, and what the first of those saw."""

    leaf: dict[str, Any]
    says: str
    meets: tuple[Circumstances, ...]
    misses: tuple[Circumstances, ...]
    saw: object


def at(moment: int = AT, zone: str = "Asia/Tokyo") -> Circumstances:
    """Return a moment."""
    return Circumstances(at=moment, zone=zone)


def moment(text: str, zone: str = "Asia/Tokyo") -> Circumstances:
    """Return the circumstances of a moment, ISO 8601 with its offset."""
    return at(int(datetime.fromisoformat(text).timestamp()), zone)


def cart(minor: int = 0, **goods: Any) -> Circumstances:
    """Return a cart."""
    return Circumstances(at=AT, subtotals={"JPY": minor}, cart=Goods(**goods))


def page(**goods: Any) -> Circumstances:
    """Return the page of a product, with a full cart that says nothing of it."""
    other = Goods({99: 9}, [99], ["Other"], [("roast", "other")], {"JPY": [99]})
    return Circumstances(at=AT, cart=other, page=ShownOn(Goods(**goods), placement="home"))


def known(**facts: Any) -> Circumstances:
    """Return a known customer."""
    return Circumstances(at=AT, is_known=True, shopper=ShopperFacts(**facts), zone="Asia/Tokyo")


def place(**values: Any) -> Circumstances:
    """Return the place in which the shopper is."""
    return Circumstances(at=AT, **values)


STRANGER = Circumstances(at=AT)
NOWHERE = Circumstances(at=AT)


def leaf(kind: str, op: str, **fields: Any) -> dict[str, Any]:
    """Return a condition as JSON."""
    return {"type": kind, "op": op, **fields}


def _yen(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "JPY"}


_COFFEE, _ROAST = {"products": [17, 23]}, {"name": "roast", "values": ["dark", "medium"]}
_RANGE = {"from_minor": 1000, "to_minor": 2000, "currency": "JPY"}

CART = (
    Row(
        leaf("cart_value", "at_least", **_yen(5000)),
        "with at least ¥5,000 in the cart",
        (cart(5000), cart(5001)),
        (cart(4200), STRANGER),
        (4200, "JPY"),
    ),
    Row(
        leaf("cart_value", "at_most", **_yen(5000)),
        "with at most ¥5,000 in the cart",
        (cart(5000), STRANGER),
        (cart(5001),),
        (5001, "JPY"),
    ),
    Row(
        leaf("cart_units", "at_least", count=3),
        "with at least 3 units in the cart",
        (cart(units={1: 2, 2: 1}),),
        (cart(units={1: 2}), STRANGER),
        2,
    ),
    Row(
        leaf("cart_units", "at_most", count=1),
        "with at most 1 unit in the cart",
        (cart(units={1: 1}), STRANGER),
        (cart(units={1: 2}),),
        2,
    ),
    Row(
        leaf("cart_units", "equals", count=2),
        "with exactly 2 units in the cart",
        (cart(units={1: 2}),),
        (cart(units={1: 3}), cart(units={1: 1})),
        3,
    ),
    Row(
        leaf("cart_products", "at_least", count=2),
        "with at least 2 different products in the cart",
        (cart(units={1: 1, 2: 1}),),
        (cart(units={1: 9}),),
        1,
    ),
    Row(
        leaf("cart_products", "at_most", count=1),
        "with at most 1 product in the cart",
        (cart(units={1: 9}),),
        (cart(units={1: 1, 2: 1}),),
        2,
    ),
    Row(
        leaf("cart_products", "equals", count=1),
        "with exactly 1 product in the cart",
        (cart(units={1: 9}),),
        (STRANGER, cart(units={1: 1, 2: 1})),
        0,
    ),
    Row(
        leaf("cart_product", "contains", **_COFFEE),
        "with Coffee or Gift card in the cart",
        (cart(units={17: 1}), cart(units={1: 1, 23: 1})),
        (cart(units={1: 1}), STRANGER),
        (1,),
    ),
    Row(
        leaf("cart_product", "contains_not", products=[23]),
        "without Gift card in the cart",
        (cart(units={17: 1}), STRANGER),
        (cart(units={17: 1, 23: 1}),),
        (17, 23),
    ),
    Row(
        leaf("cart_category", "contains", categories=[5]),
        "with a product of Drinks in the cart",
        (cart(categories=[6, 5]),),
        (cart(categories=[6]), STRANGER),
        (6,),
    ),
    Row(
        leaf("cart_category", "contains_not", categories=[5]),
        "without a product of Drinks in the cart",
        (cart(categories=[6]), STRANGER),
        (cart(categories=[6, 5]),),
        (5, 6),
    ),
    Row(
        leaf("cart_brand", "contains", brands=["Kōbo"]),
        "with a product by Kōbo in the cart",
        (cart(brands=["Kōbo", "Other"]),),
        (cart(brands=["kōbo"]), STRANGER),
        ("kōbo",),
    ),
    Row(
        leaf("cart_brand", "contains_not", brands=["Kōbo"]),
        "without a product by Kōbo in the cart",
        (cart(brands=["Other"]), STRANGER),
        (cart(brands=["Kōbo"]),),
        ("Kōbo",),
    ),
    Row(
        leaf("cart_attribute", "contains", **_ROAST),
        "with a product with roast dark or medium in the cart",
        (cart(attributes=[("roast", "medium")]),),
        (cart(attributes=[("size", "dark")]), STRANGER),
        None,
    ),
    Row(
        leaf("cart_attribute", "contains_not", **_ROAST),
        "without a product with roast dark or medium in the cart",
        (cart(attributes=[("roast", "light")]), STRANGER),
        (cart(attributes=[("roast", "dark")]),),
        ("dark",),
    ),
    Row(
        leaf("cart_price", "contains", **_RANGE),
        "with a product that costs ¥1,000 to ¥2,000 in the cart",
        (cart(prices={"JPY": [5, 1000]}), cart(prices={"JPY": [2000]})),
        (cart(prices={"JPY": [999, 2001]}), cart(prices={"USD": [1500]})),
        ((999, "JPY"), (2001, "JPY")),
    ),
    Row(
        leaf("cart_price", "contains_not", to_minor=2000, currency="JPY"),
        "without a product that costs up to ¥2,000 in the cart",
        (cart(prices={"JPY": [2001]}), STRANGER),
        (cart(prices={"JPY": [2000, 2001]}),),
        ((2000, "JPY"), (2001, "JPY")),
    ),
    Row(
        leaf("cart_price", "contains", from_minor=1000, currency="JPY"),
        "with a product that costs ¥1,000 or more in the cart",
        (cart(prices={"JPY": [1000]}),),
        (cart(prices={"JPY": [999]}),),
        ((999, "JPY"),),
    ),
)

PAGE = (
    Row(
        leaf("page_product", "is", **_COFFEE),
        "on the page of Coffee or Gift card",
        (page(units={17: 1}),),
        (page(units={1: 1}), NOWHERE),
        (1,),
    ),
    Row(
        leaf("page_product", "is_not", products=[17]),
        "on the page of a product other than Coffee",
        (page(units={1: 1}),),
        (page(units={17: 1}), NOWHERE),
        (17,),
    ),
    Row(
        leaf("page_category", "is", categories=[5]),
        "on the page of a product of Drinks",
        (page(categories=[6, 5]),),
        (page(categories=[6]), NOWHERE),
        (6,),
    ),
    Row(
        leaf("page_category", "is_not", categories=[5]),
        "on the page of a product that is not of Drinks",
        (page(categories=[6]),),
        (page(categories=[6, 5]), NOWHERE),
        (5, 6),
    ),
    Row(
        leaf("page_brand", "is", brands=["Kōbo"]),
        "on the page of a product by Kōbo",
        (page(brands=["Kōbo"]),),
        (page(), NOWHERE),
        None,
    ),
    Row(
        leaf("page_brand", "is_not", brands=["Kōbo"]),
        "on the page of a product that is not by Kōbo",
        (page(), page(brands=["Other"])),
        (page(brands=["Kōbo"]), NOWHERE),
        ("Kōbo",),
    ),
    Row(
        leaf("page_attribute", "is", **_ROAST),
        "on the page of a product with roast dark or medium",
        (page(attributes=[("roast", "dark")]),),
        (page(attributes=[("roast", "light")]), NOWHERE),
        ("light",),
    ),
    Row(
        leaf("page_attribute", "is_not", **_ROAST),
        "on the page of a product without roast dark or medium",
        (page(attributes=[("roast", "light")]),),
        (page(attributes=[("roast", "dark")]), NOWHERE),
        ("dark",),
    ),
    Row(
        leaf("page_price", "is", **_RANGE),
        "on the page of a product that costs ¥1,000 to ¥2,000",
        (page(prices={"JPY": [1000]}), page(prices={"JPY": [2000]})),
        (page(prices={"JPY": [2001]}), NOWHERE),
        ((2001, "JPY"),),
    ),
    Row(
        leaf("page_price", "is_not", **_RANGE),
        "on the page of a product that does not cost ¥1,000 to ¥2,000",
        (page(prices={"JPY": [2001]}),),
        (page(prices={"JPY": [1500]}), NOWHERE),
        ((1500, "JPY"),),
    ),
)

_BOUGHT = {"bought": {17: TODAY - 60, 99: TODAY}, "bought_categories": {5: TODAY - 60, 99: TODAY}}
_TOO_LONG_AGO = {"bought": {17: TODAY - 61}, "bought_categories": {5: TODAY - 61}}
_ANSWER = {"survey": "taste", "question": "How do you brew?", "values": ["filter"]}
_ANSWERED = {("taste", "How do you brew?"): "filter"}

SHOPPER = (
    Row(leaf("known", "is"), "who are known customers", (known(),), (STRANGER,), False),
    Row(leaf("known", "is_not"), "who are not known customers", (STRANGER,), (known(),), True),
    Row(
        leaf("segment", "is", values=["loyal", "champion"]),
        "in the segment loyal or champion",
        (known(segment="loyal"),),
        (known(segment="lost"), known(), STRANGER),
        "lost",
    ),
    Row(
        leaf("segment", "is_not", values=["lost"]),
        "not in the segment lost",
        (known(segment="loyal"),),
        (known(segment="lost"), known(), STRANGER),
        "lost",
    ),
    Row(
        leaf("audience", "is", audiences=[3]),
        "in the audience Gourmets",
        (known(audiences=frozenset({3, 4})),),
        (known(audiences=frozenset({4})), STRANGER),
        (4,),
    ),
    Row(
        leaf("audience", "is_not", audiences=[3]),
        "not in the audience Gourmets",
        (known(),),
        (known(audiences=frozenset({3})), STRANGER),
        (3,),
    ),
    Row(
        leaf("attribute", "is", name="skin", values=["dry", "mixed"]),
        "whose skin is dry or mixed",
        (known(attributes={"skin": "dry"}), known(attributes={"skin": ("oily", "mixed")})),
        (known(attributes={"skin": "oily"}), known(), STRANGER),
        "oily",
    ),
    Row(
        leaf("attribute", "is", name="vegan", values=["yes"]),
        "whose vegan is yes",
        (known(attributes={"vegan": True}),),
        (known(attributes={"vegan": False}),),
        "no",
    ),
    Row(
        leaf("attribute", "is_not", name="skin", values=["dry"]),
        "whose skin is not dry",
        (known(attributes={"skin": "oily"}),),
        (known(attributes={"skin": ("oily", "dry")}), known(), STRANGER),
        ("oily", "dry"),
    ),
    Row(
        leaf("attribute_number", "at_least", name="children", number=2),
        "whose children is at least 2",
        (known(attributes={"children": 2.0}),),
        (known(attributes={"children": 1}), known(attributes={"children": True}), STRANGER),
        1,
    ),
    Row(
        leaf("attribute_number", "at_most", name="children", number=2),
        "whose children is at most 2",
        (known(attributes={"children": 2}),),
        (known(attributes={"children": 2.5}), known()),
        2.5,
    ),
    Row(
        leaf("attribute_number", "equals", name="children", number=0),
        "whose children is exactly 0",
        (known(attributes={"children": 0}),),
        (known(attributes={"children": 1}), STRANGER),
        1,
    ),
    Row(
        leaf("attribute_date", "from", name="joined", day="2026-01-01"),
        "whose joined is 2026-01-01 or later",
        (known(attributes={"joined": "2026-01-01"}),),
        (known(attributes={"joined": "2025-12-31"}), known(attributes={"joined": "soon"}), STRANGER),
        "2025-12-31",
    ),
    Row(
        leaf("attribute_date", "before", name="joined", day="2026-01-01"),
        "whose joined is before 2026-01-01",
        (known(attributes={"joined": "2025-12-31"}),),
        (known(attributes={"joined": "2026-01-01"}), known()),
        "2026-01-01",
    ),
    Row(
        leaf("answer", "is", **_ANSWER),
        "who answered “How do you brew?” with filter",
        (known(answers=_ANSWERED),),
        (known(answers={("taste", "How do you brew?"): "pod"}), known()),
        "pod",
    ),
    Row(
        leaf("answer", "is_not", **_ANSWER),
        "who did not answer “How do you brew?” with filter",
        (known(answers={("taste", "How do you brew?"): "pod"}),),
        (known(answers=_ANSWERED), known()),
        "filter",
    ),
    Row(
        leaf("orders", "at_least", count=1),
        "with at least 1 order",
        (known(orders=1),),
        (known(), STRANGER),
        0,
    ),
    Row(
        leaf("orders", "at_most", count=2),
        "with at most 2 orders",
        (known(orders=2), known()),
        (known(orders=3), STRANGER),
        3,
    ),
    Row(
        leaf("orders", "equals", count=2),
        "with exactly 2 orders",
        (known(orders=2),),
        (known(orders=1), STRANGER),
        1,
    ),
    Row(
        leaf("first_order", "at_least", days=30),
        "whose first order was at least 30 days ago",
        (known(first_day=TODAY - 30),),
        (known(first_day=TODAY - 29), known(), STRANGER),
        29,
    ),
    Row(
        leaf("first_order", "at_most", days=30),
        "whose first order was at most 30 days ago",
        (known(first_day=TODAY - 30),),
        (known(first_day=TODAY - 31), known(), STRANGER),
        31,
    ),
    Row(
        leaf("last_order", "at_least", days=1),
        "whose last order was at least 1 day ago",
        (known(last_day=TODAY - 1),),
        (known(last_day=TODAY), known(), STRANGER),
        0,
    ),
    Row(
        leaf("last_order", "at_most", days=90),
        "whose last order was at most 90 days ago",
        (known(last_day=TODAY - 90),),
        (known(last_day=TODAY - 91), known(), STRANGER),
        91,
    ),
    Row(
        leaf("average_order", "at_least", **_yen(3000)),
        "with an average order of at least ¥3,000",
        (known(average_order_minor=3000, currency="JPY"),),
        (known(average_order_minor=2999, currency="JPY"), known(average_order_minor=9999, currency="USD")),
        (2999, "JPY"),
    ),
    Row(
        leaf("average_order", "at_most", **_yen(3000)),
        "with an average order of at most ¥3,000",
        (known(average_order_minor=3000, currency="JPY"),),
        (known(average_order_minor=3001, currency="JPY"), known(currency="JPY"), STRANGER),
        (3001, "JPY"),
    ),
    Row(
        leaf("expected_value", "at_least", **_yen(9000)),
        "expected to spend at least ¥9,000 in the next year",
        (known(expected_value_minor=9000, currency="JPY"),),
        (known(expected_value_minor=8999, currency="JPY"), known(currency="JPY")),
        (8999, "JPY"),
    ),
    Row(
        leaf("expected_value", "at_most", **_yen(9000)),
        "expected to spend at most ¥9,000 in the next year",
        (known(expected_value_minor=9000, currency="JPY"),),
        (known(expected_value_minor=9001, currency="JPY"), STRANGER),
        (9001, "JPY"),
    ),
    Row(
        leaf("bought_product", "within", products=[17], days=60),
        "who bought Coffee in the last 60 days",
        (known(**_BOUGHT),),
        (known(**_TOO_LONG_AGO), known(), STRANGER),
        61,
    ),
    Row(
        leaf("bought_product", "not_within", products=[17], days=60),
        "who did not buy Coffee in the last 60 days",
        (known(**_TOO_LONG_AGO), known()),
        (known(**_BOUGHT), STRANGER),
        60,
    ),
    Row(
        leaf("bought_product", "ever", products=[17, 23]),
        "who have bought Coffee or Gift card",
        (known(**_TOO_LONG_AGO),),
        (known(), STRANGER),
        None,
    ),
    Row(
        leaf("bought_product", "never", products=[17]),
        "who have never bought Coffee",
        (known(),),
        (known(**_TOO_LONG_AGO), STRANGER),
        61,
    ),
    Row(
        leaf("bought_category", "within", categories=[5], days=60),
        "who bought a product of Drinks in the last 60 days",
        (known(**_BOUGHT),),
        (known(**_TOO_LONG_AGO), STRANGER),
        61,
    ),
    Row(
        leaf("bought_category", "not_within", categories=[5], days=1),
        "who did not buy a product of Drinks in the last 1 day",
        (known(**_BOUGHT),),
        (known(bought_categories={5: TODAY - 1}), STRANGER),
        1,
    ),
    Row(
        leaf("bought_category", "ever", categories=[5]),
        "who have bought a product of Drinks",
        (known(**_BOUGHT),),
        (known(), STRANGER),
        None,
    ),
    Row(
        leaf("bought_category", "never", categories=[5]),
        "who have never bought a product of Drinks",
        (known(),),
        (known(**_BOUGHT), STRANGER),
        60,
    ),
    Row(
        leaf("due", "any"),
        "who are due to buy something again",
        (known(due=frozenset({1})),),
        (known(), STRANGER),
        (),
    ),
    Row(
        leaf("due", "is", products=[17]),
        "who are due to buy Coffee again",
        (known(due=frozenset({1, 17})),),
        (known(due=frozenset({1})), STRANGER),
        (1,),
    ),
    Row(
        leaf("due", "is_not", products=[17]),
        "who are not due to buy Coffee again",
        (known(due=frozenset({1})),),
        (known(due=frozenset({17})), STRANGER),
        (17,),
    ),
)
