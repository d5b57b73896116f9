"""Limits of large values."""

import numpy as np
import pytest

from analytics.stats.experiments.winsor import cap_values


def test_cap__at_a_quantile__limits_what_is_above_it() -> None:
    found = cap_values(np.array([1.0, 2.0, 3.0, 4.0, 1000.0]), quantile=0.75)

    assert found.values.tolist() == [1.0, 2.0, 3.0, 4.0, 4.0]
    assert (found.limit, found.capped_count) == (4.0, 1)


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [7.0]])
def test_cap__without_a_larger_value__changes_nothing(values: list[float]) -> None:
    found = cap_values(np.array(values), quantile=0.9)

    assert found.values.tolist() == values
    assert (found.limit, found.capped_count) == (None, 0)


def test_cap__at_one__changes_nothing() -> None:
    assert cap_values(np.array([1.0, 1000.0]), quantile=1.0).limit is None
