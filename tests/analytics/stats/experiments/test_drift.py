"""Stability indices by hand, and how much of the proposals is new."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.drift import (
    DriftLevel,
    changed_share,
    counts_between,
    drift_level,
    quantile_edges,
    stability_index,
)


def test_index__of_large_counts__is_that_of_the_definition() -> None:
    # (.6 - .5) ln(.6 / .5) + (.4 - .5) ln(.4 / .5)
    found = stability_index(np.array([500_000, 500_000]), np.array([600_000, 400_000]))

    assert found == pytest.approx(0.0405465, abs=1e-6)


def test_index__of_a_bin_that_became_empty__is_finite_and_large() -> None:
    found = stability_index(np.array([500, 500]), np.array([1000, 0]))

    assert found is not None
    assert drift_level(found) is DriftLevel.ACT
    assert found < 10


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8), st.integers(1, 9))
def test_index__of_equal_counts__is_none(counts: list[int], first: int) -> None:
    found = np.array([first, *counts])

    assert stability_index(found, found) == pytest.approx(0)


def test_index__without_counts__is_not_known() -> None:
    assert stability_index(np.zeros(3, np.int64), np.ones(3, np.int64)) is None
    assert stability_index(np.ones(3, np.int64), np.zeros(3, np.int64)) is None


@pytest.mark.parametrize(
    ("index", "level"),
    [
        (0.0, DriftLevel.STABLE),
        (0.1, DriftLevel.STABLE),
        (0.11, DriftLevel.LOOK),
        (0.25, DriftLevel.LOOK),
        (0.26, DriftLevel.ACT),
    ],
)
def test_level__of_an_index__follows_the_usual_limits(index: float, level: DriftLevel) -> None:
    assert drift_level(index) is level


def test_bins__of_quantiles__hold_equal_counts_and_share_repeated_prices() -> None:
    values = np.arange(100.0)

    edges = quantile_edges(values, 4)

    assert counts_between(values, edges).tolist() == [25, 25, 25, 25]
    assert quantile_edges(np.array([5.0] * 50)).tolist() == [5.0]
    assert counts_between(np.array([5.0, 4.0]), np.array([5.0])).tolist() == [1, 1]
    assert counts_between(np.array([1.0]), quantile_edges(np.array([]))).tolist() == [1]


def test_changed_share__of_lists__is_that_of_new_proposals() -> None:
    assert changed_share([["a", "b"], ["c"]], [["b", "d"], ["c", "e"]]) == 0.5
    assert changed_share([["a"]], [["a"]]) == 0
    assert changed_share([[]], [[]]) is None
