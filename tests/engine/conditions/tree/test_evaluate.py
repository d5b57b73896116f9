"""Trees of conditions against the truth tables of ALL, ANY and NONE."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from engine.conditions import Circumstances
from engine.conditions.tree.evaluate import first_failing, holds
from engine.conditions.tree.tree import Tree, decode

TRUTH: dict[str, Callable[[list[bool]], bool]] = {
    "all": all,
    "any": any,
    "none": lambda answers: not any(answers),
}


def given(name: str) -> dict[str, Any]:
    return {"type": "context", "op": "is", "name": name, "values": ["yes"]}


def tree(outer: str, inner: str) -> Tree:
    nodes = [given("a"), {"match": inner, "nodes": [given("b"), given("c")]}]
    return decode({"version": 1, "match": outer, "nodes": nodes})


def circumstances(**answers: bool) -> Circumstances:
    return Circumstances(at=0, context={name: "yes" if answer else "no" for name, answer in answers.items()})


@pytest.mark.parametrize("outer", TRUTH)
@pytest.mark.parametrize("inner", TRUTH)
def test_tree__all_answers_of_its_conditions__follow_the_truth_table(outer: str, inner: str) -> None:
    for a, b, c in product((True, False), repeat=3):
        wanted = TRUTH[outer]([a, TRUTH[inner]([b, c])])

        assert holds(tree(outer, inner), circumstances(a=a, b=b, c=c)) == wanted
        assert (first_failing(tree(outer, inner), circumstances(a=a, b=b, c=c)) is None) == wanted


@pytest.mark.parametrize(
    ("outer", "inner", "answers", "place", "saw", "is_unwanted"),
    [
        ("all", "any", {"a": False, "b": True, "c": True}, "/nodes/0", "no", False),
        ("all", "any", {"a": True, "b": False, "c": False}, "/nodes/1/nodes/0", "no", False),
        ("all", "none", {"a": True, "b": False, "c": True}, "/nodes/1/nodes/1", "yes", True),
        ("any", "all", {"a": False, "b": True, "c": False}, "/nodes/0", "no", False),
        ("none", "any", {"a": False, "b": False, "c": True}, "/nodes/1/nodes/1", "yes", True),
        ("none", "none", {"a": False, "b": False, "c": False}, "/nodes/1/nodes/0", "no", False),
    ],
)
def test_first_failing__of_a_tree_that_does_not_hold__is_the_reason(
    outer: str, inner: str, answers: dict[str, bool], place: str, saw: str, is_unwanted: bool
) -> None:
    failing = first_failing(tree(outer, inner), circumstances(**answers))

    assert failing is not None
    assert (failing.place, failing.seen, failing.is_unwanted) == (place, saw, is_unwanted)
