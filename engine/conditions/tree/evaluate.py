"""Whether a tree of conditions holds, and if not, which condition is the reason."""

from typing import NamedTuple

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import Leaf, Seen
from engine.conditions.tree.tree import Group, Node, Tree


class Failing(NamedTuple):
    """A condition that keeps its tree from holding.

    `place` is its JSON pointer and `seen` the value that it saw. `is_unwanted` says that it holds and should
    not: it is in a group of which none may hold.
    """

    leaf: Leaf
    place: str
    seen: Seen
    is_unwanted: bool


def holds(tree: Tree | Group, circumstances: Circumstances) -> bool:
    """Return whether the conditions hold together."""
    is_all = tree.match == "all"
    for node in tree.nodes:
        is_met = holds(node, circumstances) if isinstance(node, Group) else node.holds(circumstances)
        if is_met != is_all:
            return tree.match == "any"
    return tree.match != "any"


def node_holds(node: Node, circumstances: Circumstances) -> bool:
    """Return whether a condition, or a group, holds."""
    return holds(node, circumstances) if isinstance(node, Group) else node.holds(circumstances)


def first_failing(tree: Tree, circumstances: Circumstances) -> Failing | None:
    """Return the first condition that keeps the tree from holding, None if it holds.

    Of a group of which any may hold, it is the first.
    """
    return None if holds(tree, circumstances) else _cause(tree, circumstances, "", is_unwanted=False)


def _cause(group: Tree | Group, circumstances: Circumstances, place: str, *, is_unwanted: bool) -> Failing:
    """Return the first condition because of which a group does not hold, or does if it `is_unwanted`."""
    is_node_unwanted = is_unwanted != (group.match == "none")
    for at, node in enumerate(group.nodes):
        if node_holds(node, circumstances) == is_node_unwanted:
            where = place + group.place_of(at)
            if isinstance(node, Group):
                return _cause(node, circumstances, where, is_unwanted=is_node_unwanted)
            return Failing(node, where, node.seen(circumstances), is_node_unwanted)
    raise ValueError("The group holds.")
