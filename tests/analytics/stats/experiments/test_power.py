"""Sizes of experiments against published ones."""

from math import inf

import pytest

from analytics.stats.experiments.power import (
    Demand,
    ExpectedTraffic,
    least_difference_of_means,
    least_rise_of_rate,
    units_for_means,
    units_for_rates,
)


@pytest.mark.parametrize(
    ("before", "after", "power", "units"),
    # R's power.prop.test; the first is S. L. Scott's 22,330 visitors of both arms.
    [
        (0.04, 0.05, 0.95, 11_165.99),
        (0.20, 0.25, 0.80, 1_093.7),
        (0.10, 0.12, 0.80, 3_840.8),
        (0.05, 0.06, 0.80, 8_157.7),
    ],
)
def test_units__for_a_change_of_rate__are_those_of_r(
    before: float, after: float, power: float, units: float
) -> None:
    found = units_for_rates(before, after, demand=Demand(power=power))

    assert found == pytest.approx(units, rel=5e-5)


def test_units__with_the_variance_before__are_those_of_evan_miller() -> None:
    # evanmiller.org/ab-testing/sample-size.html shows 1,030.
    assert units_for_rates(0.20, 0.25, is_pooled=False) == pytest.approx(1_030.2, abs=0.05)


@pytest.mark.parametrize(
    ("demand", "for_means", "for_rates"),
    # spotify/confidence, tests/samplesize, from G*Power; their tolerance is 0.5 %.
    [(Demand(0.05, 0.85), 39_906, 897_348), (Demand(0.14, 0.67), None, 366_424)],
)
def test_units__of_both_arms__are_those_of_gpower(
    demand: Demand, for_means: int | None, for_rates: int
) -> None:
    rates, means = units_for_rates(0.34, 0.343, demand=demand), units_for_means(0.3, 100, demand=demand)

    assert rates is not None
    assert means is not None
    assert 2 * rates == pytest.approx(for_rates, rel=5e-3)
    assert for_means is None or 2 * means == pytest.approx(for_means, rel=5e-3)


def test_smallest_rise__with_the_units_for_it__is_that_rise() -> None:
    found = least_rise_of_rate(0.10, ExpectedTraffic(daily_units=2 * 384.08, days=10))

    assert found == pytest.approx(0.02, abs=1e-5)


def test_smallest_difference__with_the_units_for_it__is_that_difference() -> None:
    traffic = ExpectedTraffic(daily_units=39_904, days=1)

    assert least_difference_of_means(100, traffic, demand=Demand(power=0.85)) == pytest.approx(0.3, abs=1e-4)


def test_smallest_rise__with_a_small_holdout__is_that_of_statsmodels() -> None:
    found = least_rise_of_rate(0.03, ExpectedTraffic(1000, 30, control_share=0.1))

    # power_proportions_2indep(0.0101193, 0.03, 27_000, ratio=1 / 9) has the power .8000.
    assert found == pytest.approx(0.0101193, abs=1e-7)


def test_early_look__with_its_wider_bound__sees_only_larger_effects() -> None:
    traffic = ExpectedTraffic(1000, 30)

    early, late = (Demand.at_look(bound) for bound in (4.8769, 1.959964))

    assert late.alpha == pytest.approx(0.05, abs=1e-7)
    assert least_difference_of_means(1.0, traffic, demand=early) == pytest.approx(
        (4.8769 + 0.841621) * (2 / 15_000) ** 0.5, rel=1e-6
    )
    assert least_rise_of_rate(0.1, traffic, demand=Demand.at_look(inf)) is None
    assert least_difference_of_means(1.0, traffic, demand=Demand.at_look(inf)) is None


def test_question__without_an_answer__is_not_known() -> None:
    nobody = ExpectedTraffic(0, 30)

    assert units_for_rates(0.1, 0.1) is None
    assert units_for_means(0.0, 1.0) is None
    assert least_rise_of_rate(0.1, nobody) is None
    assert least_difference_of_means(1.0, nobody) is None
    assert least_difference_of_means(1.0, ExpectedTraffic(10, 30, control_share=0)) is None
    assert least_rise_of_rate(0.5, ExpectedTraffic(2, 1)) is None
    assert least_rise_of_rate(0.0, ExpectedTraffic(100, 30)) is None
