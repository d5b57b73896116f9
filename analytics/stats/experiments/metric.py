"""What an experiment measures: the mean of a column, or the ratio of two.

A ratio, such as revenue per order, is the ratio of two means over units: orders are not independent of each
other, visitors are. Its variance is that of the linear approximation at the means (the delta method; Deng,
Knoblich and Lu, KDD 2018).
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.sums import Sums

# A variance needs two units.
LEAST_UNITS = 2


@dataclass(frozen=True, slots=True)
class Metric:
    """The column of `Sums` that is averaged, divided by another one if `denominator` names it."""

    numerator: int = 0
    denominator: int | None = None

    def value_at(self, means: Floats) -> float:
        """Return the metric for the means of all columns, (k,)."""
        value = means[self.numerator]
        return float(value if self.denominator is None else value / means[self.denominator])

    def gradient_at(self, means: Floats) -> Floats:
        """Return the derivative of the metric by the mean of each column: (k,)."""
        gradient = np.zeros(len(means))
        if self.denominator is None:
            gradient[self.numerator] = 1
            return gradient
        scale = means[self.denominator]
        gradient[self.numerator] = 1 / scale
        gradient[self.denominator] -= means[self.numerator] / scale**2
        return gradient

    def is_known_of(self, sums: Sums) -> bool:
        """Whether the metric and its variance exist: two units, and something to divide by."""
        if sums.unit_count < LEAST_UNITS:
            return False
        return self.denominator is None or sums.totals[self.denominator] != 0


@dataclass(frozen=True, slots=True)
class ArmMean:
    """The metric in one arm, and its variance per unit: its squared error is variance / unit_count."""

    unit_count: int
    mean: float
    variance: float

    @property
    def squared_error(self) -> float:
        """The squared standard error of the mean."""
        return self.variance / self.unit_count


def mean_of(sums: Sums, metric: Metric = Metric()) -> ArmMean | None:
    """Return the metric of an arm; None if it or its variance is unknown."""
    if not metric.is_known_of(sums):
        return None
    means, covariances = sums.means, sums.covariances
    gradient = metric.gradient_at(means)
    variance = float(gradient @ covariances @ gradient)
    return ArmMean(sums.unit_count, metric.value_at(means), max(variance, 0.0))


def mean_of_rate(successes: Successes) -> ArmMean | None:
    """Return a rate as a mean, for metrics that are compared in percent; None without trials."""
    if not successes.trials:
        return None
    return ArmMean(successes.trials, successes.rate, successes.rate * (1 - successes.rate))
