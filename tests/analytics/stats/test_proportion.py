"""Rates with Wilson's interval, against the published examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.proportion import LEAST_TRIALS, Rate, rate_of


@pytest.mark.parametrize(
    ("count", "trials", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_rate__of_published_examples__has_their_interval(
    count: int, trials: int, low: float, high: float
) -> None:
    found = rate_of(count, trials, least=1)

    assert found is not None
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (count / trials, low, high)


def test_rate__of_few_trials__is_not_known() -> None:
    assert rate_of(1, LEAST_TRIALS - 1) is None
    assert rate_of(0, 0, least=0) is None


@given(st.integers(0, 10**7), st.integers(LEAST_TRIALS, 10**7))
def test_rate__of_any_counts__is_within_its_interval(count: int, trials: int) -> None:
    found = rate_of(count, trials)

    assert isinstance(found, Rate)
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
