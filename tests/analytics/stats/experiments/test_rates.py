"""Differences of rates against published intervals."""

from collections.abc import Callable
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.rates import Successes, mee, miettinen_nurminen, newcombe, rates_p_value
from tests.analytics.stats.experiments.hillstrom import MENS, NONE, WOMENS, rate

counts = st.integers(1, 400).flatmap(lambda n: st.builds(Successes, st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("treated", "control", "by_newcombe", "by_miettinen"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, methods 10 and 6.
    [
        ((56, 70), (48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
        ((9, 10), (3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
        ((0, 10), (0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
        ((10, 10), (0, 10), (0.6075, 1.0), (0.6636, 1.0)),
    ],
)
def test_difference__of_published_examples__has_their_intervals(
    treated: tuple[int, int],
    control: tuple[int, int],
    by_newcombe: tuple[float, float],
    by_miettinen: tuple[float, float],
) -> None:
    for compare, (low, high) in ((newcombe, by_newcombe), (miettinen_nurminen, by_miettinen)):
        found = compare(Successes(*control), Successes(*treated))

        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_mee__of_the_published_example__has_its_interval() -> None:
    # The same table, method 5.
    found = mee(Successes(48, 80), Successes(56, 70))

    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0533, 0.3377), abs=6e-5)


@pytest.mark.parametrize(
    ("arm", "metric", "expected"),
    # Recomputed with statsmodels' confint_proportions_2indep(method="newcomb").
    [
        (MENS, "visit", (0.076590, 0.069953, 0.083227)),
        (WOMENS, "visit", (0.045233, 0.038894, 0.051574)),
        (MENS, "conv", (0.006805, 0.005014, 0.008641)),
        (WOMENS, "conv", (0.003111, 0.001502, 0.004745)),
    ],
)
def test_newcombe__of_hillstroms_mails__is_the_known_lift(
    arm: str, metric: str, expected: tuple[float, float, float]
) -> None:
    found = newcombe(rate(NONE, metric), rate(arm, metric))

    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("compare", [newcombe, mee, miettinen_nurminen, rates_p_value])
@pytest.mark.parametrize("arms", [((0, 0), (1, 2)), ((1, 2), (0, 0)), ((0, 0), (0, 0))])
def test_comparison__with_an_empty_arm__is_not_known(
    compare: Callable[[Successes, Successes], object], arms: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    assert compare(Successes(*arms[0]), Successes(*arms[1])) is None


def test_newcombe__at_a_look_that_decides_nothing__is_not_known() -> None:
    assert newcombe(Successes(1, 2), Successes(1, 2), z=inf) is None


def test_p_value__of_equal_certainty_in_both_arms__is_not_known() -> None:
    assert rates_p_value(Successes(0, 5), Successes(0, 9)) is None
    assert rates_p_value(Successes(5, 5), Successes(9, 9)) is None


def test_p_value__of_a_textbook_table__is_pearsons() -> None:
    # scipy.stats.chi2_contingency([[56, 14], [48, 32]], correction=False).
    assert rates_p_value(Successes(48, 80), Successes(56, 70)) == pytest.approx(0.008045081368, abs=1e-11)


@given(counts, counts)
def test_intervals__of_any_rates__hold_the_difference_and_turn_with_the_arms(
    control: Successes, treated: Successes
) -> None:
    for compare in (newcombe, mee, miettinen_nurminen):
        found, turned = compare(control, treated), compare(treated, control)

        assert found is not None
        assert turned is not None
        assert -1 - 1e-9 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1 + 1e-9
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-7)


@given(counts, counts)
def test_mee__excludes_no_difference__when_pearsons_test_rejects_it(
    control: Successes, treated: Successes
) -> None:
    found, p_value = mee(control, treated), rates_p_value(control, treated)

    if p_value is not None and abs(p_value - 0.05) > 1e-6:
        assert found is not None
        assert (found.is_positive or found.is_negative) == (p_value < 0.05)
