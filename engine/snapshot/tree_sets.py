"""The condition trees of all offers as sets of offers.

What each distinct single condition answers is one array, which is put together to groups, to trees and to a
set of offers by a fixed number of steps, however many offers there are.
"""

from collections.abc import Hashable, Sequence
from functools import cached_property
from itertools import groupby
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from engine.conditions import Circumstances
from engine.conditions.required import MomentRequired, TreeRequired
from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.leaves import AnyLeaf
from engine.snapshot.columns import EVERY_OFFER, Blobs, Views
from engine.snapshot.leaf_sets import LeafSet, Truth, leaf_set
from engine.snapshot.tree_columns import MATCHES

# Beyond this many remembered answers, memory matters more than redoing one.
_REMEMBERED: Final = 1024

_decoder: Final = msgspec.msgpack.Decoder(AnyLeaf)


class _Groups:
    """Groups of members, of each of which all, any or none must hold."""

    def __init__(self, views: Views, name: str) -> None:
        match = np.asarray(views[f"{name}.match"])
        starts = np.asarray(views[f"{name}.starts"]).astype(np.intp)
        self.members = np.asarray(views[f"{name}.values"]).astype(np.intp)
        # Not all hold: any does not. So one step answers all three.
        is_all, is_any = match == MATCHES.index("all"), match == MATCHES.index("any")
        self._is_inverted = np.repeat(is_all, np.diff(starts))
        self._starts, self._lengths = starts[:-1], np.diff(starts)
        self._is_answer_inverted = ~is_any

    def answers(self, truth: Truth) -> Truth:
        """Return which groups hold, by what their members answer."""
        if not len(self._starts):
            return np.zeros(0, np.bool_)
        found = np.logical_or.reduceat(truth[self.members] ^ self._is_inverted, self._starts)
        answers: Truth = found ^ self._is_answer_inverted
        return answers

    def members_of(self, groups: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Return the members of some groups."""
        is_named = np.zeros(len(self._starts), np.bool_)
        is_named[groups] = True
        return self.members[np.repeat(is_named, self._lengths)]


class Leaves:
    """The distinct single conditions of all trees, by type, and the groups of them."""

    def __init__(self, views: Views) -> None:
        self._blobs = Blobs(views, "tree.leaves")
        self._count = len(views["tree.leaves.starts"]) - 1
        self.groups = _Groups(views, "tree.groups")

    def __len__(self) -> int:
        return self._count

    @cached_property
    def all(self) -> Sequence[Leaf]:
        """Return the conditions, decoded when they are first asked."""
        return [_decoder.decode(self._blobs[number]) for number in range(self._count)]

    @cached_property
    def by_type(self) -> list[tuple[str, int, LeafSet]]:
        """Return each type with the number of its first condition, and all its conditions."""
        sets, first = [], 0
        for kind, members in groupby(self.all, key=lambda leaf: leaf.type):
            leaves = list(members)
            sets.append((kind, first, leaf_set(leaves)))
            first += len(leaves)
        return sets

    @cached_property
    def types(self) -> frozenset[str]:
        """Return the types of all conditions."""
        return frozenset(kind for kind, _first, _leaves in self.by_type)


class TreeIndex:
    """One kind of condition that is a tree, of all offers."""

    def __init__(self, views: Views, kind: type[TreeRequired], leaves: Leaves, offer_count: int) -> None:
        self._leaves, self._offer_count = leaves, offer_count
        self._rows = np.asarray(views[f"{kind.name}.row"]).astype(np.intp)
        self._own = np.asarray(views[f"{kind.name}.tree"]).astype(np.intp)
        self.is_empty = not len(self._rows)
        self._trees = _Groups(views, f"{kind.name}.trees")
        self._remembered: dict[Hashable, int] = {}
        self._is_about_time = kind is MomentRequired
        self._last: tuple[tuple[int, str], int] | None = None

    @cached_property
    def _members(self) -> npt.NDArray[np.intp]:
        """Return the single conditions that these trees name, themselves or in a group."""
        members, count = self._trees.members, len(self._leaves)
        groups = np.unique(members[members >= count]) - count
        return np.concatenate([members[members < count], self._leaves.groups.members_of(groups)])

    @cached_property
    def _types(self) -> list[tuple[int, LeafSet]]:
        """Return the types that these trees name, each with the number of its first condition."""
        by_type = self._leaves.by_type
        firsts = [first for _kind, first, _leaves in by_type]
        named = np.unique(np.searchsorted(firsts, self._members, "right")) - 1
        return [by_type[at][1:] for at in named.tolist()]

    def met(self, circumstances: Circumstances) -> int:
        """Return the offers whose tree holds, and those that have none; remembered by what they look at.

        Conditions on the time look at the minute, the day or the date, so their answers hold for the minute.
        """
        if self.is_empty:
            return EVERY_OFFER
        if not self._is_about_time:
            return self._met(circumstances)
        minute, last = (circumstances.at // 60, circumstances.zone), self._last
        if last is None or last[0] != minute:
            last = self._last = minute, self._met(circumstances)
        return last[1]

    def _met(self, circumstances: Circumstances) -> int:
        facts = tuple([leaves.facts(circumstances) for _first, leaves in self._types])
        mask = self._remembered.get(facts)
        if mask is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            mask = self._remembered[facts] = self._put_together(circumstances)
        return mask

    def _put_together(self, circumstances: Circumstances) -> int:
        leaves, groups = self._leaves, self._leaves.groups
        truth = np.zeros(len(leaves), np.bool_)
        for first, of_type in self._types:
            answered = of_type.answers(circumstances)
            truth[first : first + len(answered)] = answered
        trees = self._trees.answers(np.concatenate([truth, groups.answers(truth)]))
        is_met = np.ones(self._offer_count, np.bool_)
        is_met[self._rows] = trees[self._own]
        unmet = np.packbits(~is_met, bitorder="little").tobytes()
        return ~int.from_bytes(unmet, "little")
