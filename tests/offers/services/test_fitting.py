"""How many customers fit the part of a tree that is about them."""

from typing import Any

import pytest
from django.utils import translation

from engine.conditions.tree.tree import Tree, decode
from offers.admin.conditions.views import fit_text
from offers.models import Customer, CustomerFacts, Segment
from offers.services.fitting import Fit, count_fitting, shopper_part
from tests.support.admin_shop import AT
from tests.support.learned_facts import publish_customers

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
OFTEN = {"type": "orders", "op": "at_least", "count": 3}
RICH = {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"}


def tree(*nodes: Any, match: str = "all") -> Tree:
    return decode({"version": 1, "match": match, "nodes": list(nodes)})


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (tree(LOYAL, RICH), tree(LOYAL)),
        (tree(LOYAL, {"match": "any", "nodes": [OFTEN, RICH]}), tree(LOYAL)),
        (tree(RICH, {"match": "any", "nodes": [OFTEN, LOYAL]}), tree({"match": "any", "nodes": [OFTEN, LOYAL]})),
        (tree(LOYAL, RICH, match="none"), tree(LOYAL, match="none")),
        (tree(LOYAL, OFTEN, match="any"), tree(LOYAL, OFTEN, match="any")),
        (tree(LOYAL, RICH, match="any"), None),
        (tree(RICH), None),
    ],
)
def test_part__of_a_tree__is_what_customers_can_be_counted_by(whole: Tree, part: Tree | None) -> None:
    assert shopper_part(whole) == part
