"""Values that are trees of conditions, and the places at which others are not."""

from typing import Any

import pytest

from engine.conditions.tree.tree import MAX_NODES, TreeError, decode, encode

KNOWN = {"type": "known", "op": "is"}
HUGE, NOT_A_NUMBER = 10**400, float("nan")


def tree(*nodes: Any, match: Any = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "nodes": list(nodes)}


def group(*nodes: Any, match: Any = "any") -> dict[str, Any]:
    return {"match": match, "nodes": list(nodes)}


def leaf(kind: Any, op: Any = "is", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "op": op, **fields}


def refused(value: object) -> tuple[str, str]:
    with pytest.raises(TreeError) as caught:
        decode(value)
    assert caught.value.detail
    return caught.value.place, caught.value.code


REFUSED = {
    "no object": ([KNOWN], "", "not_a_tree"),
    "no version": ({"match": "all", "nodes": [KNOWN]}, "/version", "unknown_version"),
    "another version": ({**tree(KNOWN), "version": 2}, "/version", "unknown_version"),
    "a field too many": ({**tree(KNOWN), "name": "x"}, "/name", "unknown_field"),
    "a field without a decent name": ({**tree(KNOWN), "\ud800": 1}, "", "unknown_field"),
    "another match": (tree(KNOWN, match="most"), "/match", "unknown_match"),
    "a list as match": (tree(KNOWN, match=["all"]), "/match", "unknown_match"),
    "nodes that are not a list": ({"version": 1, "match": "all", "nodes": {}}, "/nodes", "invalid_value"),
    "an empty tree": (tree(), "/nodes", "empty_group"),
    "an empty group": (tree(KNOWN, group()), "/nodes/1/nodes", "empty_group"),
    "a group in a group in a group": (tree(group(group(KNOWN))), "/nodes/0/nodes/0", "too_deep"),
    "a number as node": (tree(KNOWN, 5), "/nodes/1", "invalid_value"),
    "a number as node of a group": (tree(group(KNOWN, 5)), "/nodes/0/nodes/1", "invalid_value"),
    "no type": (tree({}), "/nodes/0/type", "unknown_type"),
    "another type": (tree(leaf("weather")), "/nodes/0/type", "unknown_type"),
    "a list as type": (tree(leaf(["known"])), "/nodes/0/type", "unknown_type"),
    "an operator of another type": (tree(leaf("known", "at_least")), "/nodes/0/op", "unknown_operator"),
    "a list as operator": (tree(leaf("known", ["is"])), "/nodes/0/op", "unknown_operator"),
    "an unknown field": (tree(leaf("known", since=1)), "/nodes/0/since", "unknown_field"),
    "a field of another operator": (
        tree(leaf("bought_product", "ever", products=[1], days=3)),
        "/nodes/0/days",
        "unknown_field",
    ),
    "a missing field": (tree(leaf("segment")), "/nodes/0/values", "missing_field"),
    "a missing field of the operator": (
        tree(leaf("bought_product", "within", products=[1])),
        "/nodes/0/days",
        "missing_field",
    ),
    "a text as amount": (
        tree(group(leaf("cart_value", "at_least", minor="5000", currency="JPY"))),
        "/nodes/0/nodes/0/minor",
        "invalid_value",
    ),
    "a huge amount": (
        tree(leaf("cart_value", "at_least", minor=HUGE, currency="JPY")),
        "/nodes/0/minor",
        "invalid_value",
    ),
    "a negative amount": (
        tree(leaf("cart_value", "at_least", minor=-1, currency="JPY")),
        "/nodes/0/minor",
        "invalid_value",
    ),
    "no currency": (
        tree(leaf("cart_value", "at_least", minor=1, currency="yen")),
        "/nodes/0/currency",
        "invalid_value",
    ),
    "yes as number": (tree(leaf("orders", "at_least", count=True)), "/nodes/0/count", "invalid_value"),
    "a text among products": (
        tree(leaf("cart_product", "contains", products=[1, "2"])),
        "/nodes/0/products/1",
        "invalid_value",
    ),
    "no products": (
        tree(leaf("cart_product", "contains", products=[])),
        "/nodes/0/products",
        "invalid_value",
    ),
    "too many products": (
        tree(leaf("cart_product", "contains", products=[1] * 201)),
        "/nodes/0/products",
        "invalid_value",
    ),
    "a text without characters": (
        tree(leaf("cart_brand", "contains", brands=["a", ""])),
        "/nodes/0/brands/1",
        "invalid_value",
    ),
    "a text that no database holds": (
        tree(leaf("cart_brand", "contains", brands=["a\x00"])),
        "/nodes/0/brands/0",
        "invalid_value",
    ),
    "half a character": (
        tree(leaf("channel", values=["\ud800"])),
        "/nodes/0/values/0",
        "invalid_value",
    ),
    "another segment": (tree(leaf("segment", values=["best"])), "/nodes/0/values", "invalid_value"),
    "another weekday": (tree(leaf("weekday", days=["mon", "moon"])), "/nodes/0/days/1", "invalid_value"),
    "an hour that no clock shows": (
        tree(leaf("hours", "between", **{"from": "17:00", "to": "25:00"})),
        "/nodes/0/to",
        "invalid_value",
    ),
    "no time": (
        tree(leaf("hours", "between", **{"from": "17:00", "to": "17:00"})),
        "/nodes/0/to",
        "invalid_value",
    ),
    "a day that no calendar has": (
        tree(leaf("dates", "between", **{"from": "2026-02-29"})),
        "/nodes/0/from",
        "invalid_value",
    ),
    "days the wrong way round": (
        tree(leaf("dates", "between", **{"from": "2026-02-02", "to": "2026-02-01"})),
        "/nodes/0/to",
        "invalid_value",
    ),
    "no days": (tree(leaf("dates", "between")), "/nodes/0/from", "invalid_value"),
    "a country without holidays": (tree(leaf("holiday", country="XX")), "/nodes/0/country", "invalid_value"),
    "prices the wrong way round": (
        tree(leaf("cart_price", "contains", from_minor=2, to_minor=1, currency="JPY")),
        "/nodes/0/to_minor",
        "invalid_value",
    ),
    "no prices": (
        tree(leaf("page_price", currency="JPY")),
        "/nodes/0/from_minor",
        "invalid_value",
    ),
    "a number beyond all numbers": (
        tree(leaf("attribute_number", "equals", name="x", number=HUGE)),
        "/nodes/0/number",
        "invalid_value",
    ),
    "no number": (
        tree(leaf("attribute_number", "equals", name="x", number=NOT_A_NUMBER)),
        "/nodes/0/number",
        "invalid_value",
    ),
    "another country": (tree(leaf("country", values=["Japan"])), "/nodes/0/values", "invalid_value"),
    "another locale": (tree(leaf("locale", values=["ja_JP"])), "/nodes/0/values", "invalid_value"),
    "2,000 nodes": (tree(*[KNOWN] * 2000), f"/nodes/{MAX_NODES}", "too_many_nodes"),
    "2,000 nodes in groups": (tree(*[group(*[KNOWN] * 20)] * 100), "/nodes/4/nodes/15", "too_many_nodes"),
}


@pytest.mark.parametrize(("value", "place", "code"), REFUSED.values(), ids=REFUSED)
def test_decode__value_that_is_no_tree__names_the_place(value: object, place: str, code: str) -> None:
    assert refused(value) == (place, code)


def test_decode__as_many_nodes_as_are_allowed__is_a_tree() -> None:
    value = tree(*[group(*[KNOWN] * 19)] * 5)

    assert encode(decode(value)) == value


def test_leaves__of_a_tree__have_their_places() -> None:
    value = tree(KNOWN, group(KNOWN, leaf("due", "any")), match="none")

    assert [(place, leaf.type) for place, leaf in decode(value).leaves()] == [
        ("/nodes/0", "known"),
        ("/nodes/1/nodes/0", "known"),
        ("/nodes/1/nodes/1", "due"),
    ]
