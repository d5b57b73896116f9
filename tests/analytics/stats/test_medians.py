import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.medians import quantile_of_groups, runs_of, sorted_in_groups

groups = st.lists(st.lists(st.integers(0, 10**6), min_size=1, max_size=9), min_size=1, max_size=6)


@given(groups=groups, share=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_quantiles__any_groups__are_those_of_numpy(groups: list[list[int]], share: float) -> None:
    group = np.repeat(np.arange(len(groups)), [len(figures) for figures in groups])
    figure = np.array([figure for figures in groups for figure in figures])

    ordered, figures = sorted_in_groups(group=group, figure=figure)
    first, count = runs_of(ordered)
    quantiles = quantile_of_groups(first=first, count=count, figure=figures, share=share)

    assert quantiles.tolist() == pytest.approx([float(np.quantile(one, share)) for one in groups])


def test_sorted_in_groups__figures_too_large_for_one_integer__are_sorted_too() -> None:
    huge = 2**60

    group, figure = sorted_in_groups(group=np.array([9, 3, 9]), figure=np.array([huge, 5, 1]))

    assert list(zip(group.tolist(), figure.tolist(), strict=True)) == [(3, 5), (9, 1), (9, huge)]


def test_sorted_in_groups__nothing__is_nothing() -> None:
    none = np.empty(0, np.int64)

    group, figure = sorted_in_groups(group=none, figure=none)

    assert (len(group), len(figure)) == (0, 0)
