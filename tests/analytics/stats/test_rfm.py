import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.rfm import stand
from offers.facts import SEGMENTS
from offers.models import Segment


def _segments(customers: list[tuple[int, int, int]]) -> list[str]:
    table = np.array(customers, np.int64).reshape(-1, 3)
    spent = np.array([amount for _, _, amount in customers], np.float64)
    standing = stand(last_day=table[:, 0], order_count=table[:, 1], spent=spent)
    return [SEGMENTS[segment] for segment in standing.segment.tolist()]


def test_stand__ten_customers__are_cut_into_fifths() -> None:
    ascending = np.arange(10)

    standing = stand(last_day=ascending, order_count=ascending + 1, spent=np.linspace(0, 90, 10))

    fifths = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert standing.recency.tolist() == fifths
    assert standing.frequency.tolist() == fifths
    assert standing.monetary.tolist() == fifths


@pytest.mark.parametrize(
    ("customer", "segment"),
    [
        ((90, 50, 9000), "champion"),
        ((90, 1, 10), "new"),
        ((90, 2, 10), "promising"),
        ((50, 50, 9000), "loyal"),
        ((50, 1, 10), "attention"),
        ((1, 50, 9000), "at_risk"),
        ((1, 1, 10), "lost"),
    ],
)
def test_stand__customer_among_a_hundred__is_in_the_segment(
    customer: tuple[int, int, int], segment: str
) -> None:
    crowd = [(day, 3 + day * 7 % 40, 100 + day * 31 % 1000) for day in range(100)]

    assert _segments([*crowd, customer])[-1] == segment


def test_stand__everybody_came_once_today__are_all_new() -> None:
    assert _segments([(7, 1, 500)] * 3) == ["new"] * 3


def test_stand__nobody__gives_nothing() -> None:
    assert _segments([]) == []


def test_segments__of_statistics_and_model__are_the_same() -> None:
    assert set(SEGMENTS) == set(Segment.values)


@given(days=st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_stand__later_customer__is_never_less_recent(days: list[int]) -> None:
    last_day = np.array(sorted(days))

    standing = stand(last_day=last_day, order_count=np.ones_like(last_day), spent=np.zeros(len(last_day)))

    assert (np.diff(standing.recency) >= 0).all()
    assert set(standing.recency.tolist()) <= {1, 2, 3, 4, 5}
