"""Intervals of money hold the truth about as often as they say, on revenue with zeros and a heavy tail."""

import numpy as np

from analytics.stats.experiments.means import absolute_effect, relative_effect
from analytics.stats.experiments.metric import Metric, mean_of
from analytics.stats.experiments.sums import Sums

SHOPS, VISITORS, RATE, SIGMA = 600, 6000, 0.06, 0.9
# What a buyer spends in the control, and 8 % more in the treated arm.
SPEND, LIFT = 5000.0, 0.08


def arm_of(rng: np.random.Generator, mean_spend: float) -> Sums:
    """Return an arm of revenue and orders: most visitors buy nothing, a few spend very much."""
    buyers = rng.binomial(VISITORS, RATE)
    spend = mean_spend * rng.lognormal(-(SIGMA**2) / 2, SIGMA, buyers)
    total, squares = float(spend.sum()), float(spend @ spend)
    return Sums(VISITORS, (total, float(buyers)), ((squares, total), (total, float(buyers))))


def test_intervals__of_revenue_with_zeros__cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(12)
    covered = {"difference": 0, "share": 0, "per order": 0}
    for _ in range(SHOPS):
        sums = arm_of(rng, SPEND), arm_of(rng, SPEND * (1 + LIFT))
        control, treated = (mean_of(each) for each in sums)
        of_orders = [mean_of(each, Metric(0, 1)) for each in sums]
        assert control
        assert treated
        assert of_orders[0]
        assert of_orders[1]
        for name, found, truth in (
            ("difference", absolute_effect(control, treated), RATE * SPEND * LIFT),
            ("share", relative_effect(control, treated), LIFT),
            ("per order", absolute_effect(of_orders[0], of_orders[1]), SPEND * LIFT),
        ):
            assert found
            covered[name] += found.low <= truth <= found.high

    assert all(0.93 <= count / SHOPS <= 0.97 for count in covered.values()), covered
