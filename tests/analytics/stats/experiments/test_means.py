"""Differences of means against published numbers of GrowthBook, tea-tasting and Hillstrom's spending."""

import pytest

from analytics.stats.experiments.means import absolute_effect, relative_effect
from analytics.stats.experiments.metric import ArmMean, Metric, mean_of, mean_of_rate
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.sums import Sums
from tests.analytics.stats.experiments.hillstrom import MENS, NONE, WOMENS, spend_per_customer

pytestmark = pytest.mark.numeric

# GrowthBook, packages/stats/tests/frequentist/test_tests.py.
A = Sums.of_one(3407, 1396.87, 52377.9767)
B = Sums.of_one(3461, 2422.7, 134698.29)


def known(mean: ArmMean | None) -> ArmMean:
    assert mean is not None
    return mean


def test_relative_effect__of_the_published_example__is_theirs() -> None:
    found = relative_effect(known(mean_of(A)), known(mean_of(B)))

    assert found is not None
    assert (found.value, found.standard_error) == pytest.approx((0.70732, 0.37879), abs=5e-6)
    assert (found.low, found.high, found.p_value) == pytest.approx((-0.03526, 1.44989, 0.06191), abs=5e-6)


def test_absolute_effect__of_the_published_example__is_theirs() -> None:
    found = absolute_effect(known(mean_of(A)), known(mean_of(B)))

    assert found is not None
    assert (found.value, found.standard_error) == pytest.approx((0.29, 0.12478), abs=5e-6)
    assert (found.low, found.high, found.p_value) == pytest.approx((0.04538, 0.53462, 0.02016), abs=5e-6)


def test_relative_effect__of_rates__is_that_of_gbstats() -> None:
    control, treated = mean_of_rate(Successes(14, 28)), mean_of_rate(Successes(16, 30))

    found = relative_effect(known(control), known(treated))

    assert found is not None
    assert (found.low, found.high, found.p_value) == pytest.approx((-0.47767, 0.61101, 0.80707), abs=5e-6)


@pytest.mark.parametrize(
    ("control", "treated", "expected", "p_value"),
    # The README of tea-tasting: means and variances of 2,023 and 1,977 users (seed 42).
    [
        ((0.530400, 0.743759), (0.573091, 0.744782), (0.080, -0.020, 0.19), 0.118),
        ((5.24103, 93.0603), (5.73011, 107.8526), (0.093, -0.024, 0.22), 0.123),
    ],
)
def test_log_scale__of_tea_tastings_example__is_theirs(
    control: tuple[float, float],
    treated: tuple[float, float],
    expected: tuple[float, float, float],
    p_value: float,
) -> None:
    arms = ArmMean(2023, *control), ArmMean(1977, *treated)

    relative, absolute = relative_effect(*arms, scale="log"), absolute_effect(*arms)

    assert relative is not None
    assert absolute is not None
    assert (relative.value, relative.low) == pytest.approx(expected[:2], abs=5e-4)
    assert relative.high == pytest.approx(expected[2], abs=5e-3)
    assert absolute.p_value == pytest.approx(p_value, abs=5e-4)


@pytest.mark.parametrize(
    ("arm", "expected", "p_value", "relative"),
    # The differences recomputed with scipy.stats.ttest_ind_from_stats(equal_var=False).
    [
        (MENS, (0.769827, 0.485140, 1.054515), 1.16e-7, (1.179, 0.544, 1.814)),
        (WOMENS, (0.424412, 0.168957, 0.679868), 0.00113, (0.650, 0.149, 1.151)),
    ],
)
def test_spend__of_hillstroms_mails__has_the_known_effect(
    arm: str,
    expected: tuple[float, float, float],
    p_value: float,
    relative: tuple[float, float, float],
) -> None:
    arms = known(mean_of(spend_per_customer(NONE))), known(mean_of(spend_per_customer(arm)))

    found, share = absolute_effect(*arms), relative_effect(*arms)

    assert found is not None
    assert share is not None
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=2e-6)
    assert found.p_value == pytest.approx(p_value, rel=5e-3)
    assert (share.value, share.low, share.high) == pytest.approx(relative, abs=5e-4)


@pytest.mark.parametrize(
    ("arm", "expected"), [(MENS, (1.6355, -0.299, 3.570)), (WOMENS, (0.9662, -0.991, 2.923))]
)
def test_spend_per_visit__of_hillstroms_mails__is_not_significant(
    arm: str, expected: tuple[float, float, float]
) -> None:
    metric = Metric(0, 1)
    control, treated = (mean_of(spend_per_customer(each), metric) for each in (NONE, arm))

    found = absolute_effect(known(control), known(treated))

    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=6e-4)


def test_effects__that_mean_nothing__are_not_known() -> None:
    nobody, constant = ArmMean(5, 0.0, 0.0), ArmMean(5, 1.0, 0.0)

    assert absolute_effect(constant, constant) is None
    assert relative_effect(nobody, ArmMean(5, 1.0, 1.0)) is None
    assert relative_effect(ArmMean(5, 1.0, 1.0), nobody, scale="log") is None
    assert relative_effect(constant, constant, scale="log") is None


def test_log_scale__of_a_large_uncertain_fall__stays_above_a_total_loss() -> None:
    arms = ArmMean(30, 10.0, 900.0), ArmMean(30, 1.0, 9.0)

    log, linear = relative_effect(*arms, scale="log"), relative_effect(*arms)

    assert log is not None
    assert linear is not None
    assert linear.low < -1 < log.low
