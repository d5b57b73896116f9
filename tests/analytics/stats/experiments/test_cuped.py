"""Effects that are adjusted by the past, against the published numbers of tea-tasting and GrowthBook."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.cuped import adjust
from analytics.stats.experiments.means import absolute_effect, relative_effect
from analytics.stats.experiments.metric import Metric, mean_of
from analytics.stats.experiments.sequential.confidence_sequence import sequence_interval
from analytics.stats.experiments.sums import Sums

pytestmark = pytest.mark.numeric


def sums_from(count: int, means: list[float], covariances: list[list[float]]) -> Sums:
    """Return the sums of units with these means and covariances."""
    products = np.array(covariances) * (count - 1) + count * np.outer(means, means)
    return Sums(count, tuple(count * each for each in means), tuple(map(tuple, products.tolist())))


@pytest.mark.parametrize(
    ("control", "treated", "expected", "p_value", "reduction"),
    # The user guide of tea-tasting, seed 42: orders and revenue, with those of before as covariates.
    [
        (
            ([0.530400, 0.538804], [[0.743759, 0.550378], [0.550378, 1.054750]]),
            ([0.573091, 0.508852], [[0.744782, 0.493153], [0.493153, 0.945392]]),
            (0.111, 0.029, 0.20),
            0.0073,
            0.366,
        ),
        (
            ([5.24103, 5.278512], [[93.0603, 67.974403], [67.974403, 172.658171]]),
            ([5.73011, 4.720263], [[107.8526, 59.991675], [59.991675, 121.775078]]),
            (0.143, 0.038, 0.26),
            0.0067,
            0.277,
        ),
    ],
)
def test_adjusted_effect__of_tea_tastings_example__is_theirs(
    control: tuple[list[float], list[list[float]]],
    treated: tuple[list[float], list[list[float]]],
    expected: tuple[float, float, float],
    p_value: float,
    reduction: float,
) -> None:
    arms = adjust(sums_from(2023, *control), sums_from(1977, *treated), outcome=Metric(0), before=Metric(1))
    assert arms is not None

    relative = relative_effect(arms.control, arms.treated, scale="log")
    absolute = absolute_effect(arms.control, arms.treated)

    assert relative is not None
    assert absolute is not None
    assert (relative.value, relative.low) == pytest.approx(expected[:2], abs=1e-3)
    assert relative.high == pytest.approx(expected[2], abs=5e-3)
    assert absolute.p_value == pytest.approx(p_value, abs=1e-4)
    assert 1 - arms.variance_share == pytest.approx(reduction, abs=1e-3)


def growthbook_arm(totals: list[float], upper: list[float]) -> Sums:
    """Return an arm of GrowthBook's test: numerator and denominator, now and before; the upper triangle."""
    products = np.zeros((4, 4))
    products[np.triu_indices(4)] = upper
    products = np.triu(products) + np.triu(products, 1).T
    return Sums(100, tuple(totals), tuple(map(tuple, products.tolist())))


# packages/stats/tests/frequentist/test_tests.py, test_two_sided_ttest_test_runs_ratio_ra.
GROWTHBOOK_A = growthbook_arm(
    [485.112236689623, 679.9093275844917, 192.59138069991536, 290.1398399750233],
    [
        *(2715.484666118136, 3602.146836776702, 1113.6215759318352, 1559.2878434944676),
        *(4939.424001640236, 1460.3181079276983, 2130.9404074446747),
        *(460.076026390857, 634.239482353647),
        920.9461385038898,
    ],
)
GROWTHBOOK_B = growthbook_arm(
    [514.7757826608777, 705.4090874383759, 206.94157227402536, 302.54389139107326],
    [
        *(2994.897482705013, 3918.1561431600717, 1237.0953021125997, 1701.0287270040265),
        *(5291.36604146392, 1604.0759503266522, 2292.081739775257),
        *(514.2903702246757, 698.4173425817908),
        994.4506208125663,
    ],
)


def test_adjusted_ratio__of_growthbooks_example__is_theirs() -> None:
    arms = adjust(GROWTHBOOK_A, GROWTHBOOK_B, outcome=Metric(0, 1), before=Metric(2, 3))
    plain = mean_of(GROWTHBOOK_A, Metric(0, 1))
    assert arms is not None
    assert plain is not None

    found = absolute_effect(arms.control, arms.treated)

    # Theirs are shares of the unadjusted ratio of the control, with the error of that ratio as well.
    assert found is not None
    shares = [each / plain.mean for each in (found.value, found.low, found.high, found.standard_error)]
    assert shares == pytest.approx([-0.0007, -0.00841, 0.00700, 0.00391], abs=1e-5)
    assert found.p_value == pytest.approx(0.85771, abs=5e-5)
    sequence = sequence_interval(shares[0], shares[3], 200)
    assert sequence is not None
    assert (sequence.low, sequence.high) == pytest.approx((-0.02063, 0.01923), abs=5e-6)


@given(st.integers(0, 2**32 - 1), st.integers(3, 200), st.integers(3, 200), st.floats(-2, 2))
def test_adjustment__of_any_arms__never_widens(seed: int, first: int, second: int, slope: float) -> None:
    rng = np.random.default_rng(seed)
    arms = []
    for count in (first, second):
        before = rng.exponential(10, count)
        arms.append(Sums.of(np.column_stack([slope * before + rng.normal(0, 10, count), before])))

    found = adjust(*arms, outcome=Metric(0), before=Metric(1))

    plain = [mean_of(each) for each in arms]
    assert found is not None
    error = found.control.squared_error + found.treated.squared_error
    assert error <= sum(each.squared_error for each in plain if each) * (1 + 1e-9)
    assert 0 <= found.variance_share <= 1


def test_adjustment__by_a_covariate_that_does_not_vary__changes_nothing() -> None:
    arm = Sums.of(np.array([[1.0, 4.0], [3.0, 4.0], [8.0, 4.0]]))

    found = adjust(arm, arm, outcome=Metric(0), before=Metric(1))

    assert found is not None
    assert (found.theta, found.variance_share, found.control) == (0.0, 1.0, mean_of(arm))


def test_adjustment__by_a_ratio_without_orders__changes_nothing() -> None:
    arm = Sums.of(np.array([[1.0, 4.0, 0.0], [3.0, 1.0, 0.0]]))

    found = adjust(arm, arm, outcome=Metric(0), before=Metric(1, 2))

    assert found is not None
    assert found.theta == 0


def test_adjustment__of_an_unknown_outcome__is_not_known() -> None:
    one = Sums.of(np.array([[1.0, 1.0]]))

    assert adjust(one, one, outcome=Metric(0), before=Metric(1)) is None
