"""Compile the condition trees of all offers: distinct single conditions, groups of them, and trees."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from engine.conditions.required import REQUIRED, TreeRequired
from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.tree import Group, Match, Tree
from engine.snapshot.columns import Columns, pack_blobs, pack_lists
from engine.snapshot.data import OfferData

# A code is the position; append only.
MATCHES: Final[tuple[Match, ...]] = ("all", "any", "none")
_encoder: Final = msgspec.msgpack.Encoder()
_Members = tuple[Match, tuple[int, ...]]


class _Numbers(dict[Hashable, int]):
    """Numbers things in the order in which they are met."""

    def of(self, thing: Hashable) -> int:
        return self.setdefault(thing, len(self))


def pack_trees(offers: Sequence[OfferData]) -> Columns:
    """Pack the trees of the offers, each offer being the row of its place.

    A node of a tree is the number of a single condition or, counted on from those, of a group. The single
    conditions of one type are numbered in a row.
    """
    required = {kind: [offer.condition(kind) for offer in offers] for kind in REQUIRED.values()}
    trees = [one.tree for conditions in required.values() for one in conditions if one is not None]
    leaves = sorted(dict.fromkeys(leaf for tree in trees for _place, leaf in tree.leaves()), key=_type_of)
    numbers = {leaf: number for number, leaf in enumerate(leaves)}
    groups = _Numbers()
    columns: Columns = {}
    for kind, conditions in required.items():
        columns |= _pack_kind(kind, conditions, numbers, groups)
    return {
        **pack_blobs("tree.leaves", [_encoder.encode(leaf) for leaf in leaves]),
        **_pack_members("tree.groups", groups),
        **columns,
    }


def _type_of(leaf: Leaf) -> str:
    return leaf.type


def _pack_kind(
    kind: type[TreeRequired],
    conditions: Sequence[TreeRequired | None],
    numbers: dict[Leaf, int],
    groups: _Numbers,
) -> Columns:
    """Pack the distinct trees of one kind of condition, and the tree of each offer that has one."""
    trees, rows, own = _Numbers(), [], []
    for row, condition in enumerate(conditions):
        if condition is not None:
            rows.append(row)
            own.append(trees.of(_members(condition.tree, numbers, groups)))
    return {
        f"{kind.name}.row": np.array(rows, np.uint32),
        f"{kind.name}.tree": np.array(own, np.uint32),
        **_pack_members(f"{kind.name}.trees", trees),
    }


def _members(tree: Tree, numbers: dict[Leaf, int], groups: _Numbers) -> _Members:
    """Return the nodes of a tree by their numbers."""
    nodes = [
        len(numbers) + groups.of((node.match, tuple(numbers[leaf] for leaf in node.nodes)))
        if isinstance(node, Group)
        else numbers[node]
        for node in tree.nodes
    ]
    return tree.match, tuple(nodes)


def _pack_members(name: str, of: Iterable[Hashable]) -> Columns:
    members: list[_Members] = list(of)  # type: ignore[arg-type]
    return {
        **pack_lists(name, [nodes for _match, nodes in members]),
        f"{name}.match": np.array([MATCHES.index(match) for match, _nodes in members], np.uint8),
    }
