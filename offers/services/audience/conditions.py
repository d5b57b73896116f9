"""The conditions of audiences: which trees may be stored, and the trees that are."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_noop

from engine.conditions.audiences import Audiences, audiences_in
from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.tree import Tree, TreeError, decode
from offers.services.trees import audience_trees, without_gone


def read_conditions(value: object, *, own: int | None = None) -> Tree:
    """Return the tree of the audience with the primary key `own`, None for a new one.

    Raises TreeError for conditions that are not about the shopper, for audiences that are not there, and
    where the audience would contain itself.
    """
    tree = decode(value)
    for place, leaf in tree.leaves():
        if leaf.about != "shopper":
            raise TreeError(
                place, "not_about_shoppers", gettext_noop("An audience can only ask about the customer.")
            )
    _require_audiences(tree, own)
    return tree


def stored_trees() -> dict[int, Tree]:
    """Return the trees of all audiences, without what was deleted."""
    return without_gone(audience_trees())


def collect_audiences(trees: Iterable[Tree]) -> dict[int, Tree]:
    """Return the trees of the audiences that these trees refer to, directly or through others."""
    stored = stored_trees()
    needed = Audiences(stored).needed_by(trees)
    return {key: stored[key] for key in sorted(needed)}


def contained_in(audience: int, trees: Mapping[int, Tree]) -> set[int]:
    """Return the audiences that an audience refers to, directly or through others."""
    found: set[int] = set()
    waiting = [audience]
    while waiting:
        tree = trees.get(waiting.pop())
        inner = set() if tree is None else audiences_in(tree) - found
        found |= inner
        waiting += inner
    return found


def _require_audiences(tree: Tree, own: int | None) -> None:
    """Raise TreeError at the first condition on an audience that is not there, or that contains this one."""
    named = audiences_in(tree)
    if not named:
        return
    trees = stored_trees()
    for place, leaf in tree.leaves():
        for key in sorted(_audiences_of(leaf)):
            if key not in trees:
                raise TreeError(place, "unknown_audience", gettext_noop("There is no such audience."))
            if own is not None and (key == own or own in contained_in(key, trees)):
                raise TreeError(
                    place, "contains_itself", gettext_noop("An audience must not contain itself.")
                )


def _audiences_of(leaf: Leaf) -> set[int]:
    return {name.key for name in leaf.names() if name.kind == "audience" and isinstance(name.key, int)}
