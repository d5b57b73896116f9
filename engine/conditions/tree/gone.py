"""Trees that refer to what was deleted: such a condition keeps an offer from everybody."""

from collections.abc import Mapping

from engine.conditions.tree.leaf import Name
from engine.conditions.tree.leaves import AnyLeaf
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.tree import Group, Node, Tree


def names_in(tree: Tree) -> frozenset[Name]:
    """Return what the conditions of a tree refer to."""
    return frozenset().union(*(leaf.names() for _place, leaf in tree.leaves()))


def reached(names: frozenset[Name], within: Mapping[Name, frozenset[Name]]) -> frozenset[Name]:
    """Return the names with all that they lead to; `within` is what the conditions of each audience name."""
    while found := frozenset().union(*(within.get(name, frozenset()) for name in names)) - names:
        names |= found
    return names


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


def never_holds(tree: Tree) -> bool:
    """Tell whether what was deleted keeps the tree from ever holding, whatever the circumstances."""
    return _answer(tree) is False


def with_nobody(gone: frozenset[Name], audiences: Mapping[int, Tree]) -> frozenset[Name]:
    """Return what is gone with the audiences to which nobody can belong any more.

    One audience may be empty because of another: not being in it must not let everybody in.
    """
    while found := _emptied(gone, audiences) - gone:
        gone |= found
    return gone


def _emptied(gone: frozenset[Name], audiences: Mapping[int, Tree]) -> frozenset[Name]:
    dead = (key for key, tree in audiences.items() if never_holds(without(tree, gone)))
    return frozenset(Name("audience", key) for key in dead)


def _answer(node: Tree | Node) -> bool | None:
    """Return what is certain of the node without asking it, None where that depends on the circumstances."""
    if isinstance(node, GoneLeaf):
        return node.answer
    if not isinstance(node, Tree | Group):
        return None
    answers = [_answer(one) for one in node.nodes]
    decisive = node.match != "all"
    if decisive in answers:
        return decisive != (node.match == "none")
    return None if None in answers else decisive == (node.match == "none")
