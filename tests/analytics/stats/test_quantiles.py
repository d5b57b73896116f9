import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.quantiles import group_quantiles, runs_of, sort_within_groups

groups = st.lists(st.lists(st.integers(0, 10**6), min_size=1, max_size=9), min_size=1, max_size=6)


@given(groups=groups, share=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_quantiles__any_groups__match_numpy(groups: list[list[int]], share: float) -> None:
    group = np.repeat(np.arange(len(groups)), [len(values) for values in groups])
    value = np.array([value for values in groups for value in values])

    ordered, values = sort_within_groups(group=group, value=value)
    first, count = runs_of(ordered)
    quantiles = group_quantiles(first=first, count=count, value=values, q=share)

    assert quantiles.tolist() == pytest.approx([float(np.quantile(one, share)) for one in groups])


def test_sort_within_groups__values_too_large_for_one_integer__are_sorted() -> None:
    huge = 2**60

    group, value = sort_within_groups(group=np.array([9, 3, 9]), value=np.array([huge, 5, 1]))

    assert list(zip(group.tolist(), value.tolist(), strict=True)) == [(3, 5), (9, 1), (9, huge)]


def test_sort_within_groups__no_values__is_empty() -> None:
    none = np.empty(0, np.int64)

    group, value = sort_within_groups(group=none, value=none)

    assert (len(group), len(value)) == (0, 0)
