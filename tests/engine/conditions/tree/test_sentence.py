"""Trees of conditions in one sentence."""

from typing import Any

import pytest

from engine.conditions.tree.sentence import sentence
from engine.conditions.tree.tree import decode
from tests.engine.conditions.tree.english import English

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
BOUGHT = {"type": "bought_product", "op": "within", "products": [17], "days": 60}
WORKDAYS = {"type": "weekday", "op": "is", "days": ["mon", "tue", "wed", "thu", "fri"]}
EVENING = {"type": "hours", "op": "between", "from": "17:00", "to": "22:00"}
GIFT_CARD = {"type": "cart_product", "op": "contains", "products": [23]}


@pytest.mark.parametrize(
    ("match", "nodes", "says"),
    [
        (
            "all",
            [LOYAL, BOUGHT, WORKDAYS, EVENING],
            (
                "For shoppers in the segment loyal, who bought Coffee in the last 60 days, Monday to Friday, "
                "17:00–22:00"
            ),
        ),
        (
            "any",
            [LOYAL, BOUGHT],
            "For shoppers in the segment loyal or who bought Coffee in the last 60 days",
        ),
        (
            "none",
            [GIFT_CARD, LOYAL],
            "For shoppers who match none of these: with Gift card in the cart, in the segment loyal",
        ),
        (
            "all",
            [LOYAL, {"match": "any", "nodes": [BOUGHT, GIFT_CARD]}],
            (
                "For shoppers in the segment loyal, "
                "(who bought Coffee in the last 60 days or with Gift card in the cart)"
            ),
        ),
        (
            "all",
            [LOYAL, {"match": "none", "nodes": [GIFT_CARD]}, {"match": "any", "nodes": [EVENING]}],
            "For shoppers in the segment loyal, (none of: with Gift card in the cart), 17:00–22:00",
        ),
    ],
)
def test_sentence__of_a_tree__says_all_its_conditions(match: str, nodes: list[Any], says: str) -> None:
    tree = decode({"version": 1, "match": match, "nodes": nodes})

    assert sentence(tree, English()) == says
