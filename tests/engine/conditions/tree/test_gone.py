"""Conditions on what was deleted: never met, and never missed where none may be met."""

from typing import Any

import pytest

from engine.conditions import Circumstances
from engine.conditions.goods import Goods
from engine.conditions.tree.evaluate import first_failing, holds
from engine.conditions.tree.gone import names_in, without
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
        "For shoppers with Gift card in the cart or for whom something deleted is true"
    )
    assert without(tree, frozenset()) is tree
    assert encode(tree)["nodes"][1] == contains(17)
