"""Stored trees as text, and why one failed."""

from typing import Any

import pytest
from django.utils import translation

from engine.conditions import Circumstances
from engine.conditions.goods import Goods
from engine.conditions.shopper import ShopperFacts
from engine.conditions.tree.evaluate import Failing, first_failing
from engine.conditions.tree.tree import decode
from offers.services.condition_text import failures_of, sentence_of, sentences_of
from tests.support.admin_shop import build_catalogue

# A Monday, 19:30 in Tokyo.
AT = 1_796_034_600
POOR = Circumstances(at=AT, subtotals={"JPY": 4200}, zone="Asia/Tokyo")
TODAY = AT // 86_400
KNOWN = Circumstances(
    at=AT,
    is_known=True,
    shopper=ShopperFacts(segment="lost", orders=1, last_day=TODAY - 1),
    zone="Asia/Tokyo",
)


def tree(*nodes: Any, match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "nodes": list(nodes)}


def failing(node: Any, circumstances: Circumstances, match: str = "all") -> Failing:
    found = first_failing(decode(tree(node, match=match)), circumstances)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("node", "circumstances", "english", "japanese"),
    [
        (
            {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"},
            POOR,
            "Only for shoppers with at least ¥5,000 in the cart. The cart has ¥4,200.",
            "条件：カートの金額が￥5,000以上。現在のカート：￥4,200。",
        ),
        (
            {"type": "segment", "op": "is", "values": ["loyal"]},
            KNOWN,
            "Only for shoppers in the segment loyal. This customer: lost.",
            "条件：セグメントが常連。このお客様：離脱。",
        ),
        (
            {"type": "known", "op": "is"},
            POOR,
            "Only for shoppers who are known customers. The customer is not known.",
            "条件：顧客IDのあるお客様。このお客様には顧客IDがありません。",
        ),
        (
            {"type": "hours", "op": "between", "from": "08:00", "to": "12:00"},
            POOR,
            "Only when: 08:00–12:00. It is 19:30.",
            "条件：08:00〜12:00。現在：19:30。",
        ),
        (
            {"type": "weekday", "op": "is_not", "days": ["mon"]},
            POOR,
            "Only when: not on Monday. It is Monday.",
            "条件：月曜日以外。現在：月曜日。",
        ),
        (
            {"type": "dates", "op": "between", "to": "2026-11-29"},
            POOR,
            "Only when: until Nov. 29, 2026. It is Nov. 30, 2026.",
            "条件：2026年11月29日まで。現在：2026年11月30日。",
        ),
        (
            {"type": "last_order", "op": "at_least", "days": 30},
            KNOWN,
            "Only for shoppers whose last order was at least 30 days ago. This customer: 1 day ago.",
            "条件：前回注文から30日以上。このお客様：1日前。",
        ),
        (
            {"type": "orders", "op": "at_least", "count": 5},
            KNOWN,
            "Only for shoppers with at least 5 orders. This customer: 1 order.",
            "条件：注文回数が5回以上。このお客様：1回。",
        ),
        (
            {"type": "cart_units", "op": "at_least", "count": 2},
            POOR,
            "Only for shoppers with at least 2 units in the cart. The cart has 0 units.",
            "条件：カート内の数量が2点以上。現在のカート：0点。",
        ),
        (
            {"type": "country", "op": "is", "values": ["JP"]},
            POOR,
            "Only for shoppers in Japan. None was given.",
            "条件：国が日本。値は渡されていません。",
        ),
    ],
)
def test_failure__of_a_condition__says_what_it_needs_and_what_it_saw(
    node: Any, circumstances: Circumstances, english: str, japanese: str
) -> None:
    with translation.override("en"):
        assert failures_of([failing(node, circumstances)]) == [english]
    with translation.override("ja"):
        assert failures_of([failing(node, circumstances)]) == [japanese]


def test_failure__of_a_condition_that_may_not_hold__says_for_whom_it_is_not() -> None:
    node = {"type": "cart_value", "op": "at_most", "minor": 5000, "currency": "JPY"}

    (said,) = failures_of([failing(node, POOR, match="none")])

    assert said == "Not for shoppers with at most ¥5,000 in the cart. The cart has ¥4,200."


def test_failures__that_saw_products__name_them_by_one_query(
    db: None, django_assert_num_queries: Any
) -> None:
    del db
    first, second, third = build_catalogue(3)
    node = {"type": "cart_product", "op": "contains", "products": [first.pk]}
    seen = Circumstances(at=AT, cart=Goods({second.pk: 1, third.pk: 2}))
    failings = [failing(node, seen)] * 3

    with django_assert_num_queries(1):
        said = failures_of(failings)

    words = f"Only for shoppers with {first.name} in the cart. The cart has {second.name}, {third.name}."
    assert said == [words] * 3


def test_sentences__of_no_tree_and_of_none_that_can_be_read__are_said_too() -> None:
    node = {"type": "orders", "op": "at_least", "count": 2}

    assert sentences_of([None, tree(node), {"version": 9}]) == [
        "",
        "For shoppers with at least 2 orders",
        "These conditions cannot be read.",
    ]
    assert sentence_of(None) == ""
