"""Several comparisons at one look: the steps agree with adjusted p-values, and looks with their bounds."""

import numpy as np
import pytest
from scipy.special import ndtr

from analytics.stats.experiments.compare import (
    ALPHA,
    Levels,
    LookPlan,
    MetricComparison,
    benjamini_hochberg_levels,
    holm_levels,
    read_comparisons,
)
from analytics.stats.experiments.metric import ArmMean
from analytics.stats.experiments.multiple import Correction, adjusted_p_values
from analytics.stats.experiments.rates import Successes, newcombe

AT_END = LookPlan((1.0,))
UNITS = 1_000_000


def compare(z: float) -> MetricComparison:
    """Return a comparison whose difference is so many standard errors."""
    return MetricComparison(ArmMean(UNITS, 0.0, UNITS / 2), ArmMean(UNITS, z, UNITS / 2))


@pytest.mark.parametrize(
    ("levels", "correction"),
    [(holm_levels, Correction.HOLM), (benjamini_hochberg_levels, Correction.BENJAMINI_HOCHBERG)],
)
def test_findings__of_many_comparisons__are_those_of_adjusted_p_values(
    levels: Levels, correction: Correction
) -> None:
    dice = np.random.default_rng(5)
    found = 0
    for _round in range(60):
        scores = dice.normal(dice.choice([0.0, 2.5], 6), 1)
        p_values = 2 * ndtr(-np.abs(scores))

        read = read_comparisons(tuple(map(compare, scores.tolist())), AT_END, levels=levels)

        expected = adjusted_p_values(p_values, correction) < ALPHA
        assert [one.is_certain for one in read] == expected.tolist()
        found += expected.sum()
    assert found > 30


def test_interval__of_a_rate_at_the_end__is_newcombes() -> None:
    # Example (a) of Newcombe's paper: 56 of 70 against 48 of 80.
    before, after = Successes(48, 80), Successes(56, 70)
    comparison = MetricComparison(ArmMean(80, 0.6, 0.24), ArmMean(70, 0.8, 0.16), (before, after))

    found = comparison.interval(AT_END)

    expected = newcombe(before, after)
    assert found is not None
    assert expected is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-4)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_interval__at_an_early_look__needs_a_far_larger_effect() -> None:
    # O'Brien-Fleming spending (gsDesign): 2.9626 at the first of two equal looks.
    early = LookPlan((0.5,))

    assert early.bound(ALPHA) == pytest.approx(2.9626, abs=1e-3)
    [read] = read_comparisons((compare(2.9),), early)
    assert not read.is_certain
    assert read_comparisons((compare(3.0),), early)[0].is_certain


@pytest.mark.parametrize("plan", [LookPlan(()), LookPlan((1e-6,))])
def test_interval__before_anything_can_be_decided__is_none(plan: LookPlan) -> None:
    [read] = read_comparisons((compare(9.0),), plan)

    assert (read.effect, read.smallest_effect, read.is_certain) == (None, None, False)


def test_interval__without_an_end__is_wider() -> None:
    closed, opened = (compare(1.0).interval(plan) for plan in (AT_END, LookPlan(None)))

    assert closed is not None
    assert opened is not None
    assert opened.low < closed.low < closed.high < opened.high
    assert opened.value == closed.value


def test_comparison__nothing_varies__is_none() -> None:
    same = MetricComparison(ArmMean(10, 1.0, 0.0), ArmMean(10, 1.0, 0.0))

    assert same.interval(AT_END) is None
    assert same.distance == 0


def test_smallest_effect__at_the_end__is_seen_with_eighty_percent() -> None:
    # 1.96 + 0.8416 standard errors.
    assert compare(0.0).smallest_effect(AT_END) == pytest.approx(2.8016, abs=1e-3)
