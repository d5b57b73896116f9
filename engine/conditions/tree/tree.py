"""Trees of conditions: groups of ALL, ANY or NONE, nested once, as typed and versioned JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.leaves import LEAVES, AnyLeaf
from engine.wording import gettext_noop

Match = Literal["all", "any", "none"]
MATCHES: Final[tuple[Match, ...]] = ("all", "any", "none")
VERSION: Final = 1
# Groups and conditions together.
MAX_NODES: Final = 100


class Group(Struct, frozen=True, tag="group", tag_field="type"):
    """Several conditions of which all, any or none must hold."""

    match: Match
    nodes: tuple[AnyLeaf, ...]

    def place_of(self, at: int) -> str:
        """Return the JSON pointer to a node, from the group."""
        return f"/nodes/{at}"


Node = AnyLeaf | Group


class Tree(Struct, frozen=True):
    """The conditions of an offer or an audience.

    `places` are those of the nodes in the tree of which this one is a part, None in a whole tree.
    """

    match: Match
    nodes: tuple[Node, ...]
    places: tuple[int, ...] | None = None

    def place_of(self, at: int) -> str:
        """Return the JSON pointer to a node, in the whole tree."""
        return f"/nodes/{at if self.places is None else self.places[at]}"

    def leaves(self) -> Iterator[tuple[str, Leaf]]:
        """Yield each single condition after its place, a JSON pointer."""
        for at, node in enumerate(self.nodes):
            if isinstance(node, Group):
                for inner, leaf in enumerate(node.nodes):
                    yield f"{self.place_of(at)}/nodes/{inner}", leaf
            else:
                yield self.place_of(at), node


class TreeError(Exception):
    """A value that is not a tree of conditions.

    `place` is a JSON pointer to what is wrong, `code` is stable, `detail` is a message that says it in words.
    """

    def __init__(self, place: str, code: str, detail: str) -> None:
        super().__init__(place, code, detail)
        self.place, self.code, self.detail = place, code, detail


def decode(value: object) -> Tree:
    """Return the tree that a JSON value describes. Raises TreeError for any other value."""
    if not isinstance(value, Mapping):
        raise TreeError("", "not_a_tree", gettext_noop("Conditions must be an object."))
    if value.get("version") != VERSION or isinstance(value.get("version"), bool):
        raise TreeError(
            "/version", "unknown_version", gettext_noop("The version of the conditions is not known.")
        )
    _refuse_many_nodes(value.get("nodes"))
    match, nodes = _read_group(value, "", ("version", "match", "nodes"))
    return Tree(match, tuple(_read_node(node, f"/nodes/{at}") for at, node in enumerate(nodes)))


def encode(tree: Tree) -> dict[str, Any]:
    """Return the JSON value of a tree; decoding it gives an equal tree."""
    nodes = [
        {"match": node.match, "nodes": [encode_leaf(leaf) for leaf in node.nodes]}
        if isinstance(node, Group)
        else encode_leaf(node)
        for node in tree.nodes
    ]
    return {"version": VERSION, "match": tree.match, "nodes": nodes}


def encode_leaf(leaf: Leaf) -> dict[str, Any]:
    """Return the JSON value of one condition; fields without a value are left out."""
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(leaf))
    return {name: value for name, value in fields.items() if value is not None}


def _refuse_many_nodes(nodes: object) -> None:
    """Count before anything is read: raise TreeError at the first node that is too many."""
    count = 0
    for at, node in enumerate(nodes if isinstance(nodes, list) else ()):
        inner = node.get("nodes") if isinstance(node, Mapping) else None
        count += 1
        room = MAX_NODES - count
        if room < 0:
            raise _too_many(f"/nodes/{at}")
        if isinstance(inner, list):
            if len(inner) > room:
                raise _too_many(f"/nodes/{at}/nodes/{room}")
            count += len(inner)


def _too_many(place: str) -> TreeError:
    return TreeError(place, "too_many_nodes", gettext_noop("There may be at most 100 conditions and groups."))


def _read_group(
    value: Mapping[str, object], place: str, fields: tuple[str, ...]
) -> tuple[Match, list[object]]:
    """Return how a group matches, and its nodes as they are."""
    _refuse_unknown(value, place, fields)
    match = value.get("match")
    if match not in MATCHES:
        raise TreeError(
            f"{place}/match", "unknown_match", gettext_noop("A group must match all, any or none.")
        )
    nodes = value.get("nodes")
    if not isinstance(nodes, list):
        raise TreeError(
            f"{place}/nodes", "invalid_value", gettext_noop("The nodes of a group must be a list.")
        )
    if not nodes:
        raise TreeError(
            f"{place}/nodes", "empty_group", gettext_noop("A group needs at least one condition.")
        )
    return match, nodes


def _read_node(value: object, place: str) -> Node:
    """Return a condition, or a group of conditions."""
    if not isinstance(value, Mapping) or "type" in value or "match" not in value:
        leaf: AnyLeaf = _read_leaf(value, place)
        return leaf
    match, nodes = _read_group(value, place, ("match", "nodes"))
    for at, node in enumerate(nodes):
        if isinstance(node, Mapping) and "match" in node and "type" not in node:
            raise TreeError(
                f"{place}/nodes/{at}", "too_deep", gettext_noop("A group in a group may not hold groups.")
            )
    return Group(match, tuple(_read_leaf(node, f"{place}/nodes/{at}") for at, node in enumerate(nodes)))


def _read_leaf(value: object, place: str) -> Any:
    """Return one condition."""
    if not isinstance(value, Mapping):
        raise TreeError(place, "invalid_value", gettext_noop("A condition must be an object."))
    name = value.get("type")
    kind = LEAVES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise TreeError(f"{place}/type", "unknown_type", gettext_noop("There is no such type of condition."))
    operator = value.get("op")
    if operator not in kind.operators:
        raise TreeError(
            f"{place}/op", "unknown_operator", gettext_noop("This condition has no such operator.")
        )
    fields = [field for field in kind.fields if field.belongs_to(str(operator))]
    _refuse_unknown(value, place, ("type", "op", *(field.name for field in fields)))
    for field in fields:
        if field.is_required and value.get(field.name) is None:
            raise TreeError(f"{place}/{field.name}", "missing_field", gettext_noop("This field is required."))
    return _convert(value, place, kind)


def _convert(value: Mapping[str, object], place: str, kind: type[Leaf]) -> Leaf:
    """Return the condition with the values of its fields."""
    try:
        leaf = msgspec.convert(value, kind, strict=True)
    except (msgspec.ValidationError, OverflowError) as error:
        where = place + _pointer(str(error).partition(" - at `$")[2].rstrip("`"))
        detail = gettext_noop("The value does not fit this field.")
        raise TreeError(where, "invalid_value", detail) from error
    if (fault := leaf.fault()) is not None:
        raise TreeError(f"{place}/{fault[0]}", "invalid_value", fault[1])
    return leaf


def _pointer(path: str) -> str:
    """Return the JSON pointer for a path as msgspec writes it: `.days[0]` → /days/0."""
    return path.replace(".", "/").replace("[", "/").replace("]", "")


def _refuse_unknown(value: Mapping[str, object], place: str, fields: tuple[str, ...]) -> None:
    """Raise TreeError at the first field that does not belong here."""
    for name in value:
        if name not in fields:
            where = f"{place}/{name}" if isinstance(name, str) and name.isidentifier() else place
            raise TreeError(where, "unknown_field", gettext_noop("There is no such field here."))
