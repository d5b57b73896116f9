"""Assign units to the arms of an experiment.

Each arm owns a range of positions. The ranges start where the weights say and grow with the coverage, so a
ramp only adds units: nobody changes the arm. Experiments that exclude each other own separate slices of a
namespace, in which the same units have one position for all of them.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from msgspec import Struct

from engine.experiments.bucketing import fnv1a_32, position_of

# Half open: from the first position up to but excluding the second.
PositionRange = tuple[float, float]


class NamespaceSlice(Struct, frozen=True):
    """The part of a namespace's units that one experiment may use."""

    name: str
    slice: PositionRange


class ArmSplit(Struct, frozen=True, dict=True):
    """How an experiment assigns its units. A changed `seed` assigns everybody anew."""

    seed: str
    ranges: tuple[PositionRange, ...]  # one for each arm
    namespace: NamespaceSlice | None = None

    def arm_of(self, unit: str) -> int | None:
        """Return the index of the unit's arm; None for a unit outside the experiment."""
        if not self._is_admitted(unit):
            return None
        position = position_of(unit, self._seed_hash)
        for arm, (start, end) in enumerate(self.ranges):
            if start <= position < end:
                return arm
        return None

    @cached_property
    def _seed_hash(self) -> int:
        return fnv1a_32(self.seed.encode())

    @cached_property
    def _namespace_hash(self) -> int:
        return fnv1a_32(f"__{self.namespace.name}".encode()) if self.namespace else 0

    def _is_admitted(self, unit: str) -> bool:
        if self.namespace is None:
            return True
        start, end = self.namespace.slice
        return start <= position_of(unit, self._namespace_hash) < end


def ranges_of(weights: Sequence[float], coverage: float = 1.0) -> tuple[PositionRange, ...]:
    """Return the range of positions of each arm.

    weights: the share of each arm, from 0, which sum to 1; coverage: the share of all units that take part,
    from 0 to 1. An arm without weight gets an empty range. Raises ValueError for other weights or coverages.
    """
    if not 0 <= coverage <= 1:
        raise ValueError("The coverage is from 0 to 1.")
    if any(weight < 0 for weight in weights) or abs(sum(weights) - 1) > 1e-9:  # noqa: PLR2004 rounding
        raise ValueError("The weights are not negative and sum to 1.")
    starts = accumulate(weights, initial=0.0)
    return tuple((start, start + coverage * weight) for start, weight in zip(starts, weights, strict=False))
