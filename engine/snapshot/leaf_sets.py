"""The single conditions of one type, asked all at once."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from engine.conditions import Circumstances
from engine.conditions.tree.leaf import Leaf, Wanted

Truth = npt.NDArray[np.bool_]
# Beyond every figure.
_BOUND: Final = 2**62


class LeafSet(Protocol):
    """All single conditions of one type."""

    def facts(self, circumstances: Circumstances) -> Hashable:
        """Return what they look at: equal facts give equal answers."""

    def answers(self, circumstances: Circumstances) -> Truth:
        """Return which of them hold, shape (n,)."""


class AskedLeaves:
    """Conditions of a type with few answers: each is asked."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self.facts: Callable[[Circumstances], Hashable] = leaves[0].facts

    def answers(self, circumstances: Circumstances) -> Truth:
        """Return which of them hold."""
        return np.array([leaf.holds(circumstances) for leaf in self._leaves], np.bool_)


class ComparedLeaves:
    """Conditions that want one of some keys, found by the keys that the circumstances have."""

    def __init__(self, leaves: Sequence[Leaf], wanted: Sequence[Wanted]) -> None:
        self._looked_at = leaves[0].looked_at
        self._by_key = _by_key(wanted)
        self._is_negated = np.array([one.is_negated for one in wanted], np.bool_)
        self._needing = _positions((one.needs, place) for place, one in enumerate(wanted))
        self._free = np.array([one.needs is None for one in wanted], np.bool_)
        self._steps = _steps(wanted)

    def facts(self, circumstances: Circumstances) -> Hashable:
        """Return the keys that some condition wants, each with the number of bounds that it reaches."""
        steps = self._steps
        return tuple(
            [
                (key, bisect_right(steps[key], number))
                for key, number in self._looked_at(circumstances)
                if key in steps
            ]
        )

    def answers(self, circumstances: Circumstances) -> Truth:
        """Return which of them hold."""
        found = np.zeros(len(self._is_negated), np.bool_)
        known = self._free.copy()
        for key, number in self._looked_at(circumstances):
            needing = self._needing.get(key)
            if needing is not None:
                known[needing] = True
            entries = self._by_key.get(key)
            if entries is not None:
                places, low, high = entries
                if low is None or high is None:
                    found[places] = True
                else:
                    figure = min(max(number, -_BOUND), _BOUND)
                    found[places[(low <= figure) & (figure <= high)]] = True
        return (found ^ self._is_negated) & known


_Entries = tuple[npt.NDArray[np.intp], npt.NDArray[np.int64] | None, npt.NDArray[np.int64] | None]


def leaf_set(leaves: Sequence[Leaf]) -> LeafSet:
    """Return the conditions of one type, ready to be asked; at least one."""
    wanted = [leaf.wanted() for leaf in leaves]
    compared = [one for one in wanted if one is not None]
    return ComparedLeaves(leaves, compared) if len(compared) == len(leaves) else AskedLeaves(leaves)


def _by_key(wanted: Sequence[Wanted]) -> dict[Hashable, _Entries]:
    """Return for each key the places of the conditions that want it, and their bounds if any has one."""
    places = _positions((key, place) for place, one in enumerate(wanted) for key in one.keys)
    entries: dict[Hashable, _Entries] = {}
    for key, here in places.items():
        ranges = [(wanted[place].low, wanted[place].high) for place in here.tolist()]
        if any(bound is not None for bounds in ranges for bound in bounds):
            low = np.array([-_BOUND if one is None else one for one, _ in ranges], np.int64)
            high = np.array([_BOUND if one is None else one for _, one in ranges], np.int64)
            entries[key] = here, low, high
        else:
            entries[key] = here, None, None
    return entries


def _steps(wanted: Sequence[Wanted]) -> dict[Hashable, list[int]]:
    """Return for each key that is wanted or needed the numbers at which an answer changes, ascending."""
    steps: dict[Hashable, set[int]] = {one.needs: set() for one in wanted if one.needs is not None}
    for one in wanted:
        for key in one.keys:
            here = steps.setdefault(key, set())
            if one.low is not None:
                here.add(one.low)
            if one.high is not None:
                here.add(one.high + 1)
    return {key: sorted(here) for key, here in steps.items()}


def _positions(pairs: Iterable[tuple[Hashable, int]]) -> dict[Hashable, npt.NDArray[np.intp]]:
    """Return for each key the places that name it."""
    places: dict[Hashable, list[int]] = {}
    for key, place in pairs:
        places.setdefault(key, []).append(place)
    return {key: np.array(here, np.intp) for key, here in places.items()}
