"""Use what units did before the experiment to explain part of what they do in it.

CUPED (Deng, Xu, Kohavi and Walker, WSDM 2013): the outcome minus theta times how much the covariate of the
arm differs from the covariate of all. Assignment does not depend on the past, so the effect stays the same.
Its interval becomes narrower and never wider: theta is the value that makes it narrowest, fitted within both
arms.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.experiments.metric import ArmMean, Metric, mean_of
from analytics.stats.experiments.sums import Sums


@dataclass(frozen=True, slots=True)
class AdjustedArms:
    """Both arms, corrected for their past."""

    control: ArmMean
    treated: ArmMean
    theta: float  # change of the outcome for one unit of the covariate; 0: not adjusted
    variance_share: float  # remaining share of the squared error of the difference, from 0 to 1


def adjust(control: Sums, treated: Sums, *, outcome: Metric, before: Metric) -> AdjustedArms | None:
    """Return both arms with the metric `outcome`, adjusted by `before`.

    None if the outcome is unknown in an arm. If the covariate is unknown or does not vary, nothing is
    adjusted.
    """
    plain = mean_of(control, outcome), mean_of(treated, outcome)
    if plain[0] is None or plain[1] is None:
        return None
    unadjusted = AdjustedArms(plain[0], plain[1], 0.0, 1.0)
    if not (before.is_known_of(control) and before.is_known_of(treated)):
        return unadjusted
    errors = _squared_errors(control, outcome, before) + _squared_errors(treated, outcome, before)
    if errors[0, 0] <= 0 or errors[1, 1] <= 0:
        return unadjusted
    theta = float(errors[0, 1] / errors[1, 1])
    middle = before.value_at((control + treated).means)
    arms = [_adjusted(sums, outcome, before, theta, middle) for sums in (control, treated)]
    return AdjustedArms(arms[0], arms[1], theta, float(1 - theta * errors[0, 1] / errors[0, 0]))


def _squared_errors(sums: Sums, outcome: Metric, before: Metric) -> Floats:
    """Return the squared errors of the outcome and the covariate, and their covariance: (2, 2)."""
    means = sums.means
    gradients = np.array([outcome.gradient_at(means), before.gradient_at(means)])
    errors: Floats = gradients @ sums.covariances @ gradients.T / sums.unit_count
    return errors


def _adjusted(sums: Sums, outcome: Metric, before: Metric, theta: float, middle: float) -> ArmMean:
    """Return the arm's mean, moved to where it would be with the covariate `middle` of all units."""
    weights = np.array([1.0, -theta])
    variance = weights @ _squared_errors(sums, outcome, before) @ weights * sums.unit_count
    mean = outcome.value_at(sums.means) - theta * (before.value_at(sums.means) - middle)
    return ArmMean(sums.unit_count, mean, max(float(variance), 0.0))
