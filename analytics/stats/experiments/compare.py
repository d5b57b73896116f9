"""Compare a metric of an arm with the control, as it may be read at this look.

A look of an experiment with an end uses the bound that its error allows so far; without an end, an interval
that holds at all times. A question without an answer is answered None.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isinf, sqrt
from typing import Final

from scipy.special import ndtr, ndtri

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.means import absolute_effect
from analytics.stats.experiments.metric import ArmMean
from analytics.stats.experiments.power import POWER
from analytics.stats.experiments.rates import Successes, newcombe
from analytics.stats.experiments.sequential.bounds import spending_bounds
from analytics.stats.experiments.sequential.confidence_sequence import sequence_interval

ALPHA: Final = 0.05
_Z_POWER: Final = float(ndtri(POWER))


@dataclass(frozen=True, slots=True)
class LookPlan:
    """How often results were looked at, which decides how wide an interval has to be.

    fractions: the share of the planned time at each look so far, ascending, 0-1; None for an experiment
    without an end.
    """

    fractions: tuple[float, ...] | None
    _bounds: dict[float, float] = field(default_factory=dict, compare=False)

    def bound(self, level: float) -> float:
        """Return the bound of the last look in standard errors, for an error of `level` in all looks."""
        if level not in self._bounds:
            found = spending_bounds(self.fractions or (), alpha=level)
            self._bounds[level] = found[-1] if found else float("inf")
        return self._bounds[level]


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """A metric of the control and of a treated arm, and the counts behind it if it is a rate."""

    control: ArmMean
    treated: ArmMean
    rates: tuple[Successes, Successes] | None = None

    @property
    def value(self) -> float:
        """The difference, treated minus control."""
        return self.treated.mean - self.control.mean

    @property
    def standard_error(self) -> float:
        """The standard error of the difference; 0 if neither arm varies."""
        return sqrt(self.control.squared_error + self.treated.squared_error)

    @property
    def distance(self) -> float:
        """How many standard errors the difference is from 0."""
        return abs(self.value) / self.standard_error if self.standard_error else 0.0

    def interval(self, plan: LookPlan, level: float = ALPHA) -> EffectInterval | None:
        """Return the difference with the interval of this look; None if it decides nothing.

        level: how often all looks together may miss the difference.
        """
        if not self.standard_error:
            return None
        if plan.fractions is None:
            count = self.control.unit_count + self.treated.unit_count
            return sequence_interval(self.value, self.standard_error, count, alpha=level)
        bound = plan.bound(level)
        if isinf(bound):
            return None
        if self.rates is not None:
            return newcombe(*self.rates, z=bound)
        return absolute_effect(self.control, self.treated, alpha=2 * float(ndtr(-bound)))

    def smallest_effect(self, plan: LookPlan, level: float = ALPHA) -> float | None:
        """Return the difference that would be seen by now with a probability of 80 %; None if none would."""
        found = self.interval(plan, level)
        if found is None:
            return None
        return (found.high - found.low) / 2 + _Z_POWER * self.standard_error


@dataclass(frozen=True, slots=True)
class ReadComparison:
    """What a comparison says where several were made."""

    effect: EffectInterval | None
    smallest_effect: float | None

    @property
    def is_certain(self) -> bool:
        """Whether the interval excludes 0."""
        return self.effect is not None and (self.effect.is_positive or self.effect.is_negative)


Levels = Callable[[tuple[MetricComparison, ...], LookPlan], tuple[float, ...]]


def holm_levels(comparisons: tuple[MetricComparison, ...], plan: LookPlan) -> tuple[float, ...]:
    """Return the level of each comparison by Holm's steps, so that any false finding is improbable.

    The clearest is read at alpha / n, the next at alpha / (n - 1), until one is not clear: it and the others
    are read at its level (Maurer and Bretz, Statistics in Biopharmaceutical Research 5, 2013, for looks).
    """
    count, levels, level = len(comparisons), [ALPHA] * len(comparisons), ALPHA
    is_open = True
    order = sorted(range(count), key=lambda place: -comparisons[place].distance)
    for step, place in enumerate(order):
        if is_open:
            level = ALPHA / (count - step)
            is_open = _excludes_zero(comparisons[place], plan, level)
        levels[place] = level
    return tuple(levels)


def benjamini_hochberg_levels(comparisons: tuple[MetricComparison, ...], plan: LookPlan) -> tuple[float, ...]:
    """Return the level of each comparison, so that few of the findings are false.

    All are read at alpha * findings / n, for the largest number of findings that are clear at that level
    (intervals by Benjamini and Yekutieli, JASA 100, 2005).
    """
    count = len(comparisons)
    for found in range(count, 1, -1):
        level = ALPHA * found / count
        if sum(_excludes_zero(one, plan, level) for one in comparisons) >= found:
            return (level,) * count
    return (ALPHA / max(count, 1),) * count


def read_comparisons(
    comparisons: tuple[MetricComparison, ...], plan: LookPlan, *, levels: Levels = holm_levels
) -> tuple[ReadComparison, ...]:
    """Return what each of the comparisons says, corrected for their number."""
    return tuple(
        ReadComparison(one.interval(plan, level), one.smallest_effect(plan, level))
        for one, level in zip(comparisons, levels(comparisons, plan), strict=True)
    )


def _excludes_zero(comparison: MetricComparison, plan: LookPlan, level: float) -> bool:
    found = comparison.interval(plan, level)
    return found is not None and (found.is_positive or found.is_negative)
