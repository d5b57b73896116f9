"""Trees that refer to what was deleted: such a condition keeps an offer from everybody."""

from engine.conditions.tree.leaf import Name
from engine.conditions.tree.leaves import AnyLeaf
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.tree import Group, Node, Tree


def names_in(tree: Tree) -> frozenset[Name]:
    """Return what the conditions of a tree refer to."""
    return frozenset().union(*(leaf.names() for _place, leaf in tree.leaves()))


def without(tree: Tree, gone: frozenset[Name]) -> Tree:
    """Return the tree without what is gone.

    A condition on several things goes on with those that are left. One of which nothing is left is never met,
    and never missed either where none may hold: what cannot be known opens no offer.
    """
    if not gone:
        return tree
    is_negated = tree.match == "none"
    return Tree(tree.match, tuple(_node_without(node, gone, is_negated=is_negated) for node in tree.nodes))


def _node_without(node: Node, gone: frozenset[Name], *, is_negated: bool) -> Node:
    if not isinstance(node, Group):
        return _leaf_without(node, gone, is_negated=is_negated)
    is_negated ^= node.match == "none"
    return Group(node.match, tuple(_leaf_without(leaf, gone, is_negated=is_negated) for leaf in node.nodes))


def _leaf_without(leaf: AnyLeaf, gone: frozenset[Name], *, is_negated: bool) -> AnyLeaf:
    left: AnyLeaf | None = leaf.without(gone)
    return GoneLeaf(leaf.op, leaf.type, answer=is_negated) if left is None else left
