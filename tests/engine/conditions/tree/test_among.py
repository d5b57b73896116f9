"""Asked of many customers at once, conditions answer as when each customer is asked alone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.conditions.audiences import Audiences
from engine.conditions.tree.among import among, parts_of
from engine.conditions.tree.evaluate import holds
from engine.conditions.tree.leaves import LEAVES
from engine.conditions.tree.tree import Tree, decode
from tests.engine.conditions.tree.crowd import circumstances_of, random_shoppers

# Conditions on the customers of `crowd`: some hold for many of them, some for few.
CONDITIONS: dict[str, list[dict[str, Any]]] = {
    "known": [{}],
    "segment": [{"values": ["loyal", "champion"]}, {"values": ["lost"]}],
    "audience": [{"audiences": [1]}, {"audiences": [2, 9]}, {"audiences": [9]}],
    "attribute": [
        {"name": name, "values": values}
        for name in ("skin", "height")
        for values in (["dry"], ["yes", "oily"], ["no"], ["tea"])
    ],
    "attribute_number": [{"name": "skin", "number": 30}, {"name": "age", "number": 41.5}],
    "attribute_date": [{"name": "born", "day": "2026-12-01"}, {"name": "skin", "day": "2026-11-30"}],
    "answer": [{"survey": "taste", "question": "roast", "values": ["dark"]}],
    "orders": [{"count": 0}, {"count": 3}],
    "first_order": [{"days": 10}, {"days": 20}],
    "last_order": [{"days": 1}, {"days": 15}],
    "average_order": [{"minor": 3000, "currency": "JPY"}],
    "expected_value": [{"minor": 0, "currency": "EUR"}, {"minor": 4000, "currency": "JPY"}],
    "bought_product": [{"products": [1, 3], "days": 10}, {"products": [7, 99], "days": 30}],
    "bought_category": [{"categories": [1], "days": 15}, {"categories": [2, 3], "days": 5}],
    "due": [{"products": [1, 2]}, {"products": [99]}],
}
LEAF_VALUES = [
    {"type": name, "op": operator, **fields}
    for name, listed in CONDITIONS.items()
    for every in listed
    for operator in LEAVES[name].operators
    for fields in [
        {
            field.name: every[field.name]
            for field in LEAVES[name].fields
            if field.belongs_to(operator) and field.name in every
        }
    ]
]


def tree_of(match: str, nodes: list[dict[str, Any]]) -> Tree:
    return decode({"version": 1, "match": match, "nodes": nodes})


# Audience 2 refers to audience 1, and both hold for some of the customers.
AUDIENCES = Audiences(
    {
        1: tree_of("all", [{"type": "orders", "op": "at_least", "count": 2}]),
        2: tree_of("none", [{"type": "audience", "op": "is", "audiences": [1]}]),
    }
)


def assert_same(tree: Tree, seed: int, count: int = 60) -> None:
    shoppers = random_shoppers(np.random.default_rng(seed), count)
    AUDIENCES.fill(shoppers, AUDIENCES.needed_by([tree]))

    many = among(tree, shoppers).tolist()

    one_by_one = []
    for place in range(count):
        alone = circumstances_of(shoppers, place)
        assert alone.shopper is not None
        known = replace(alone, shopper=replace(alone.shopper, audiences=AUDIENCES.of_shopper(alone)))
        one_by_one.append(holds(tree, known))
    assert many == one_by_one


@pytest.mark.parametrize("value", LEAF_VALUES, ids=str)
def test_condition__many_customers__are_answered_like_each_alone(value: dict[str, Any]) -> None:
    assert_same(tree_of("all", [value]), seed=len(str(value)), count=400)


def test_conditions__on_the_shopper__are_all_here() -> None:
    about_shopper = {name for name, leaf in LEAVES.items() if leaf.about == "shopper"}

    assert about_shopper == CONDITIONS.keys()


matches = st.sampled_from(["all", "any", "none"])
leaf_lists = st.lists(st.sampled_from(LEAF_VALUES), min_size=1, max_size=4)
groups = st.builds(lambda match, nodes: {"match": match, "nodes": nodes}, matches, leaf_lists)
nodes = st.lists(st.one_of(st.sampled_from(LEAF_VALUES), groups), min_size=1, max_size=4)


@settings(max_examples=60)
@given(match=matches, nodes=nodes, seed=st.integers(0, 2**32 - 1))
def test_trees__random__answer_for_many_like_for_each_alone(
    match: str, nodes: list[dict[str, Any]], seed: int
) -> None:
    assert_same(tree_of(match, nodes), seed)


def test_parts__of_a_tree__are_those_of_its_conditions() -> None:
    tree = tree_of("any", [LEAF_VALUES[0], {"match": "all", "nodes": [{"type": "due", "op": "any"}]}])

    assert parts_of(tree) == {"due"}
