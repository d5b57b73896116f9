"""How many customers fit the part of a tree that is about them."""

from typing import Any

import pytest

from engine.conditions.tree.tree import Tree, decode
from offers.models import Customer
from offers.services.fitting import Fit, count_fitting, shopper_part
from tests.support.admin_shop import AT
from tests.support.learned_facts import publish_customers

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
OFTEN = {"type": "orders", "op": "at_least", "count": 3}
RICH = {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"}
EITHER = {"match": "any", "nodes": [OFTEN, LOYAL]}


def tree(*nodes: Any, match: str = "all") -> Tree:
    return decode({"version": 1, "match": match, "nodes": list(nodes)})


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (tree(LOYAL, RICH), tree(LOYAL)),
        (tree(LOYAL, {"match": "any", "nodes": [OFTEN, RICH]}), tree(LOYAL)),
        (
            tree(RICH, {"match": "any", "nodes": [OFTEN, LOYAL]}),
            tree({"match": "any", "nodes": [OFTEN, LOYAL]}),
        ),
        (tree(LOYAL, RICH, match="none"), tree(LOYAL, match="none")),
        (tree(LOYAL, OFTEN, match="any"), tree(LOYAL, OFTEN, match="any")),
        (tree(LOYAL, RICH, match="any"), None),
        (tree(RICH), None),
    ],
)
def test_part__of_a_tree__is_what_customers_can_be_counted_by(whole: Tree, part: Tree | None) -> None:
    assert shopper_part(whole) == part


@pytest.fixture
def customers(db: None) -> list[Customer]:
    """Five customers: three loyal ones, one that left, one of whom nothing is known."""
    del db
    customers = [Customer.objects.create(external_id=f"C-{number}") for number in range(5)]
    segments = ("loyal", "loyal", "loyal", "lost")
    publish_customers(
        [
            {"customer": customer, "segment": segment}
            for customer, segment in zip(customers, segments, strict=False)
        ]
    )
    return customers


def test_count__of_customers__counts_those_who_fit(customers: list[Customer]) -> None:
    assert len(customers) == 5
    assert count_fitting(tree(LOYAL), at=AT) == Fit(3, 100, None)
    assert count_fitting(tree(LOYAL, match="none"), at=AT).count == 2


def test_count__with_no_time_left__is_what_was_counted_so_far(customers: list[Customer]) -> None:
    del customers

    fit = count_fitting(tree(LOYAL), at=AT, patience=-1)

    assert fit.count == 3
    assert fit.percent < 100
