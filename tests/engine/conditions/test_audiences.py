from typing import Any

from engine.conditions import Circumstances
from engine.conditions.audiences import Audiences, audiences_in
from engine.conditions.shopper import ShopperFacts
from engine.conditions.tree.tree import Tree, decode


def orders(count: int) -> dict[str, Any]:
    return {"type": "orders", "op": "at_least", "count": count}


def within(*audiences: int, op: str = "is") -> dict[str, Any]:
    return {"type": "audience", "op": op, "audiences": list(audiences)}


def tree_of(*nodes: dict[str, Any]) -> Tree:
    return decode({"version": 1, "match": "all", "nodes": list(nodes)})


def customer(count: int) -> Circumstances:
    return Circumstances(at=0, is_known=True, shopper=ShopperFacts(orders=count))


def test_audiences__that_refer_to_others__are_asked_after_them() -> None:
    audiences = Audiences({1: tree_of(within(2)), 2: tree_of(within(3)), 3: tree_of(orders(2))})

    assert audiences.of_shopper(customer(2)) == {1, 2, 3}
    assert audiences.of_shopper(customer(1)) == set()


def test_audiences__shopper_who_is_not_known__belongs_to_none() -> None:
    nobody = Audiences({1: tree_of(within(9, op="is_not"))})

    assert nobody.of_shopper(Circumstances(at=0)) == set()


def test_audiences__in_a_circle__end() -> None:
    audiences = Audiences({1: tree_of(within(2)), 2: tree_of(within(1)), 3: tree_of(orders(1))})

    assert audiences.of_shopper(customer(1)) == {3}


def test_audiences__in_a_long_chain__are_all_asked() -> None:
    trees = {key: tree_of(within(key + 1)) for key in range(1, 3_000)}

    assert len(Audiences({**trees, 3_000: tree_of(orders(1))}).of_shopper(customer(1))) == 3_000


def test_audiences__needed_by_trees__are_those_they_refer_to_through_others() -> None:
    trees = {1: tree_of(within(2)), 2: tree_of(orders(2)), 3: tree_of({"type": "due", "op": "any"})}
    audiences, asked = Audiences(trees), tree_of(within(1, 9))

    assert audiences_in(asked) == {1, 9}
    assert audiences.needed_by([asked]) == {1, 2}
    assert audiences.parts_of([asked]) == {"facts"}
