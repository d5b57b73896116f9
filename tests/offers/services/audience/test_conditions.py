from typing import Any

import pytest

from engine.conditions.tree.leaf import Name
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.tree import TreeError, decode
from offers.models import Audience
from offers.services.audience.conditions import collect_audiences, read_conditions, stored_trees
from offers.services.trees import UNREADABLE

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}


def conditions(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": list(nodes)}


def within(*audiences: int) -> dict[str, Any]:
    return {"type": "audience", "op": "is", "audiences": list(audiences)}


def audience(code: str, *nodes: dict[str, Any]) -> Audience:
    return Audience.objects.create(code=code, name_en=code, conditions=conditions(*nodes))


def refused(value: object, *, own: int | None = None) -> tuple[str, str]:
    with pytest.raises(TreeError) as refusal:
        read_conditions(value, own=own)
    return refusal.value.place, refusal.value.code


@pytest.mark.parametrize(
    "node",
    [
        {"type": "cart_units", "op": "at_least", "count": 1},
        {"type": "page_product", "op": "is", "products": [1]},
        {"type": "new_category", "op": "is"},
        {"type": "weekday", "op": "is", "days": ["mon"]},
        {"type": "placement", "op": "is", "values": ["cart"]},
        {"type": "locale", "op": "is", "values": ["ja"]},
    ],
    ids=lambda node: node["type"],
)
def test_conditions__not_on_the_customer__are_refused_with_their_place(node: dict[str, Any]) -> None:
    group = {"match": "any", "nodes": [LOYAL, node]}

    assert refused(conditions(LOYAL, group)) == ("/nodes/1/nodes/1", "not_about_shoppers")


def test_conditions__on_an_audience_that_is_not_there__are_refused() -> None:
    there = audience("there", LOYAL)

    assert refused(conditions(LOYAL, within(there.pk, 99))) == ("/nodes/1", "unknown_audience")


def test_conditions__on_the_audience_itself__are_refused_also_through_others() -> None:
    first = audience("first", LOYAL)
    second = audience("second", within(first.pk))
    third = audience("third", within(second.pk))

    assert refused(conditions(within(first.pk)), own=first.pk) == ("/nodes/0", "contains_itself")
    assert refused(conditions(LOYAL, within(third.pk)), own=first.pk) == ("/nodes/1", "contains_itself")
    assert read_conditions(conditions(within(second.pk)), own=third.pk)
    assert read_conditions(conditions(within(third.pk)))


def test_trees__that_cannot_be_read__are_met_by_nobody() -> None:
    old = Audience.objects.create(code="old", name_en="Old", conditions={"version": 0, "nodes": []})

    assert stored_trees() == {old.pk: UNREADABLE}


def test_trees__on_what_was_deleted__are_met_by_nobody() -> None:
    inner, other = audience("inner", LOYAL), audience("other", LOYAL)
    outer = audience("outer", {"type": "audience", "op": "is_not", "audiences": [inner.pk]})
    several = audience("several", within(inner.pk, outer.pk, other.pk))
    inner.delete()

    trees = stored_trees()

    [(_place, gone)], [(_other, left)] = trees[outer.pk].leaves(), trees[several.pk].leaves()
    assert isinstance(gone, GoneLeaf)
    assert left.names() == {Name("audience", other.pk)}


def test_audiences__of_offers__are_collected_with_those_they_refer_to() -> None:
    inner, unused = audience("inner", LOYAL), audience("unused", LOYAL)
    outer = audience("outer", within(inner.pk))

    collected = collect_audiences([decode(conditions(within(outer.pk)))])

    assert collected.keys() == {inner.pk, outer.pk}
    assert unused.pk not in collected
