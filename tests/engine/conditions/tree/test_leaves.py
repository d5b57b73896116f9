"""Every sentence of the conditions, with circumstances that meet it and others that do not."""

from collections.abc import Hashable
from typing import Any

import pytest

from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.leaves import LEAVES
from engine.conditions.tree.tree import decode, encode
from tests.engine.conditions.tree.english import English
from tests.engine.conditions.tree.table import ROWS
from tests.engine.conditions.tree.table.row import Row

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=[row.says for row in ROWS])


def leaf_of(value: dict[str, Any]) -> Leaf:
    [(_place, leaf)] = decode({"version": 1, "match": "all", "nodes": [value]}).leaves()
    return leaf


@EVERY_ROW
def test_condition__circumstances_that_meet_it__holds(row: Row) -> None:
    leaf = leaf_of(row.leaf)

    assert [leaf.holds(circumstances) for circumstances in row.meets] == [True] * len(row.meets)


@EVERY_ROW
def test_condition__other_circumstances__does_not_hold_and_says_what_it_saw(row: Row) -> None:
    leaf = leaf_of(row.leaf)

    assert [leaf.holds(circumstances) for circumstances in row.misses] == [False] * len(row.misses)
    assert leaf.seen(row.misses[0]) == row.saw


@EVERY_ROW
def test_condition__in_words__is_the_sentence(row: Row) -> None:
    assert leaf_of(row.leaf).sentence(English()) == row.says


@EVERY_ROW
def test_condition__equal_facts__give_equal_answers(row: Row) -> None:
    leaf = leaf_of(row.leaf)
    answers: dict[Hashable, set[bool]] = {}

    for circumstances in (*row.meets, *row.misses):
        answers.setdefault(leaf.facts(circumstances), set()).add(leaf.holds(circumstances))

    assert all(len(given) == 1 for given in answers.values())
    assert len(answers) > 1


@EVERY_ROW
def test_condition__written_and_read__is_the_same(row: Row) -> None:
    tree = {"version": 1, "match": "none", "nodes": [{"match": "any", "nodes": [row.leaf]}]}

    assert encode(decode(tree)) == tree


def test_table__of_all_types_and_operators__leaves_none_out() -> None:
    offered = {(name, operator) for name, leaf in LEAVES.items() for operator in leaf.operators}

    assert {(row.leaf["type"], row.leaf["op"]) for row in ROWS} == offered


def test_types__of_all_conditions__are_those_that_are_written() -> None:
    assert {name: leaf.__struct_config__.tag for name, leaf in LEAVES.items()} == {
        name: name for name in LEAVES
    }
