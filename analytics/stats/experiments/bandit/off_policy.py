"""Estimate what another rule would have earned, from what was journalled under the present one.

Each outcome counts as often as the other rule would have made the choice (inverse propensity scoring). The
plain estimate (IPS) is unbiased; the self-normalised one (SNIPS; Swaminathan and Joachims, NIPS 2015) varies
less. Both are only as good as the number of outcomes that are like those of the other rule: the effective
sample size.
"""

from dataclasses import dataclass
from math import sqrt

from analytics.stats.arrays import Floats
from analytics.stats.experiments.metric import LEAST_UNITS
from analytics.stats.proportion import Z_95


@dataclass(frozen=True, slots=True)
class EstimatedValue:
    """The value of a decision under another rule, and its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def with_error(cls, value: float, standard_error: float) -> "EstimatedValue":
        """Return the value with its normal interval."""
        return cls(value, value - Z_95 * standard_error, value + Z_95 * standard_error)


@dataclass(frozen=True, slots=True)
class OffPolicyValue:
    """What another rule would have earned per decision."""

    ips: EstimatedValue
    snips: EstimatedValue
    effective_size: float  # decisions under the other rule that would tell as much
    decision_count: int
    largest_weight: float


def off_policy_value(rewards: Floats, *, wanted: Floats, logged: Floats) -> OffPolicyValue | None:
    """Return the value of the rule that makes each logged choice with probability `wanted`.

    rewards: (n,), of each decision; logged: (n,), the propensity with which it was made, above 0. None with
    fewer than two decisions, or if the other rule makes none of the choices. Raises ValueError for a
    propensity of 0.
    """
    if (logged <= 0).any():
        raise ValueError("A decision that was made has a propensity above 0.")
    weights, count = wanted / logged, len(rewards)
    if count < LEAST_UNITS or not weights.any():
        return None
    gains, total = weights * rewards, weights.sum()
    plain = EstimatedValue.with_error(float(gains.mean()), float(gains.std(ddof=1)) / sqrt(count))
    normalised = float(gains.sum() / total)
    residuals = weights * (rewards - normalised)
    error = sqrt(float((residuals**2).sum())) / float(total)
    return OffPolicyValue(
        ips=plain,
        snips=EstimatedValue.with_error(normalised, error),
        effective_size=float(total**2 / (weights**2).sum()),
        decision_count=count,
        largest_weight=float(weights.max()),
    )
