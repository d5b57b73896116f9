"""Who belongs to which audiences: the trees of all audiences, each after those that it refers to."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Part, Shoppers
from engine.conditions.tree.among import among, parts_of
from engine.conditions.tree.evaluate import holds
from engine.conditions.tree.tree import Tree


class Audiences:
    """The trees of audiences by primary key.

    An audience that is not there has no members. Where audiences refer to each other in a circle, which forms
    refuse, the reference that closes it has no members either.
    """

    def __init__(self, trees: Mapping[int, Tree]) -> None:
        self._trees: dict[int, Tree] = {}
        for key in sorted(trees):
            self._add(key, trees)
        self._with_others = {key for key, tree in self._trees.items() if audiences_in(tree)}
        # The types of all conditions.
        self.types = frozenset(leaf.type for tree in self._trees.values() for _place, leaf in tree.leaves())

    def _add(self, first: int, trees: Mapping[int, Tree]) -> None:
        """Add an audience after those that its tree refers to."""
        waiting = [first]
        while waiting:
            key = waiting[-1]
            referred = sorted(audiences_in(trees[key]) & trees.keys() - self._trees.keys() - {*waiting})
            if referred:
                waiting.append(referred[0])
            else:
                self._trees.setdefault(key, trees[key])
                waiting.pop()

    def needed_by(self, trees: Iterable[Tree]) -> frozenset[int]:
        """Return the audiences that these trees refer to, directly or through others."""
        needed: set[int] = set()
        waiting = [key for tree in trees for key in audiences_in(tree)]
        while waiting:
            key = waiting.pop()
            if key in self._trees and key not in needed:
                needed.add(key)
                waiting += audiences_in(self._trees[key])
        return frozenset(needed)

    def parts_of(self, trees: Iterable[Tree]) -> frozenset[Part]:
        """Return what has to be read of each customer to ask these trees."""
        asked = list(trees)
        asked += [self._trees[key] for key in self.needed_by(asked)]
        return frozenset(part for tree in asked for part in parts_of(tree))

    def of_shopper(self, circumstances: Circumstances) -> frozenset[int]:
        """Return the audiences of the shopper; none of a shopper who is not known."""
        shopper = circumstances.shopper
        found: frozenset[int] = frozenset()
        if shopper is None:
            return found
        for key, tree in self._trees.items():
            asked = circumstances
            if key in self._with_others:
                asked = replace(circumstances, shopper=replace(shopper, audiences=found))
            if holds(tree, asked):
                found |= {key}
        return found

    def fill(self, shoppers: Shoppers, wanted: frozenset[int]) -> None:
        """Let the shoppers know who belongs to the wanted audiences, which hold those they refer to."""
        for key, tree in self._trees.items():
            if key in wanted:
                shoppers.audiences[key] = among(tree, shoppers)


def audiences_in(tree: Tree) -> frozenset[int]:
    """Return the audiences that a tree refers to."""
    names = (name for _place, leaf in tree.leaves() for name in leaf.names())
    return frozenset(name.key for name in names if name.kind == "audience" and isinstance(name.key, int))
