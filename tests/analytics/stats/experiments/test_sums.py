"""Sums of days are those of all units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.metric import Metric, mean_of, mean_of_rate
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.sums import Sums

pytestmark = pytest.mark.numeric


@given(st.integers(2, 30), st.integers(2, 30), st.integers(0, 2**32 - 1))
def test_sums__of_two_days__are_those_of_both(first: int, second: int, seed: int) -> None:
    values = np.random.default_rng(seed).lognormal(5, 2, (first + second, 3))

    added, whole = Sums.of(values[:first]) + Sums.of(values[first:]), Sums.of(values)

    assert added.unit_count == whole.unit_count
    np.testing.assert_allclose(added.means, values.mean(axis=0))
    np.testing.assert_allclose(added.covariances, np.cov(values, rowvar=False), rtol=1e-6)


def test_mean__of_one_column__has_its_sample_variance() -> None:
    found = mean_of(Sums.of(np.array([[1.0], [2.0], [6.0]])))

    assert found is not None
    assert (found.unit_count, found.mean) == (3, 3.0)
    assert found.variance == pytest.approx(7.0)


def test_ratio__of_columns__has_the_variance_of_its_linear_approximation() -> None:
    values = np.array([[10.0, 1.0], [30.0, 2.0], [20.0, 3.0], [0.0, 0.0]])

    found = mean_of(Sums.of(values), Metric(0, 1))

    # By hand: residuals y - 10 x of (0, 10, -10, 0) over the mean 1.5 of x.
    assert found is not None
    assert found.mean == 10.0
    assert found.variance == pytest.approx(200 / 3 / 1.5**2)


def test_column__that_does_not_vary__has_no_variance() -> None:
    found = mean_of(Sums.of(np.full((7, 1), 0.1)))

    assert found is not None
    assert found.variance == 0


def test_mean__of_what_cannot_be_averaged__is_not_known() -> None:
    one, no_orders = Sums.of(np.array([[5.0, 1.0]])), Sums.of(np.array([[0.0, 0.0], [0.0, 0.0]]))

    assert mean_of(one) is None
    assert mean_of(no_orders, Metric(0, 1)) is None
    assert mean_of_rate(Successes(0, 0)) is None
