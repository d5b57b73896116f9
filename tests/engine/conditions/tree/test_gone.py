"""Conditions on what was deleted: never met, and never missed where none may be met."""

from itertools import chain, combinations, product
from typing import Any

import pytest

from engine.conditions import Circumstances
from engine.conditions.goods import Goods
from engine.conditions.tree.evaluate import first_failing, holds
from engine.conditions.tree.gone import names_in, never_holds, with_nobody, without
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.sentence import sentence
from engine.conditions.tree.tree import decode, encode
from tests.engine.conditions.tree.english import English

GONE = frozenset({Name("product", 17)})
WITH_23 = Circumstances(at=0, cart=Goods({23: 1}))


def contains(*products: int, op: str = "contains") -> dict[str, Any]:
    return {"type": "cart_product", "op": op, "products": list(products)}


@pytest.mark.parametrize("op", ["contains", "contains_not"])
@pytest.mark.parametrize(
    ("outer", "inner"), [("all", "all"), ("all", "none"), ("none", "all"), ("none", "none")]
)
def test_tree__of_a_condition_on_something_deleted__never_holds(outer: str, inner: str, op: str) -> None:
    value = {"version": 1, "match": outer, "nodes": [{"match": inner, "nodes": [contains(17, op=op)]}]}

    left = without(decode(value), GONE)

    assert not holds(left, WITH_23)
    failing = first_failing(left, WITH_23)
    assert failing is not None
    assert failing.leaf.type == "gone"


def test_tree__of_a_condition_on_several_things__goes_on_with_those_that_are_left() -> None:
    tree = decode({"version": 1, "match": "any", "nodes": [contains(17, 23), contains(17)]})

    left = without(tree, GONE)

    assert holds(left, WITH_23)
    assert names_in(tree) == {Name("product", 17), Name("product", 23)}
    assert sentence(left, English()) == (
        "For shoppers with Gift card in the cart or matching something that was deleted"
    )
    assert without(tree, frozenset()) is tree
    assert encode(tree)["nodes"][1] == contains(17)


@pytest.mark.parametrize(("outer", "inner"), list(product(["all", "any", "none"], repeat=2)))
def test_tree__never_holds__where_no_cart_meets_what_is_left(outer: str, inner: str) -> None:
    group = {"match": inner, "nodes": [contains(1), contains(2)]}
    tree = decode({"version": 1, "match": outer, "nodes": [group, contains(3)]})

    def subsets() -> Any:
        return chain.from_iterable(combinations((1, 2, 3), size) for size in range(4))

    for lost in subsets():
        left = without(tree, frozenset(Name("product", key) for key in lost))
        is_met = any(holds(left, Circumstances(at=0, cart=Goods(dict.fromkeys(one, 1)))) for one in subsets())
        assert never_holds(left) != is_met


def within(*audiences: int, op: str = "is") -> dict[str, Any]:
    return {"type": "audience", "op": op, "audiences": list(audiences)}


def test_audiences__to_which_nobody_can_belong__are_gone_as_well() -> None:
    conditions = {
        1: contains(17),
        2: within(1, op="is_not"),
        3: within(2, 4),
        4: contains(17, 23),
        5: within(5),
    }
    trees = {key: decode({"version": 1, "match": "all", "nodes": [node]}) for key, node in conditions.items()}

    assert with_nobody(GONE, trees) == GONE | {Name("audience", 1), Name("audience", 2)}
    assert with_nobody(frozenset(), trees) == frozenset()
