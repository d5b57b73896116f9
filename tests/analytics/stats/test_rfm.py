import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.rfm import score_rfm, usual_intervals
from engine.learned.facts import SEGMENTS
from offers.models import Segment

TODAY = 100


def _segments(customers: list[tuple[int, int, int]]) -> list[str]:
    table = np.array(customers, np.int64).reshape(-1, 3)
    spent = np.array([amount for _, _, amount in customers], np.float64)
    # Everybody ordered daily, so a customer who is absent for more than three days may be lost.
    first_day = table[:, 0] - (table[:, 1] - 1)
    rfm = score_rfm(
        first_day=first_day, last_day=table[:, 0], order_count=table[:, 1], spent=spent, today=TODAY
    )
    return [SEGMENTS[segment] for segment in rfm.segment.tolist()]


def test_rfm__ten_customers__are_divided_into_fifths() -> None:
    ascending = np.arange(10)

    rfm = score_rfm(
        first_day=ascending,
        last_day=ascending,
        order_count=ascending + 1,
        spent=np.linspace(0, 90, 10),
        today=9,
    )

    fifths = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert rfm.recency.tolist() == fifths
    assert rfm.frequency.tolist() == fifths
    assert rfm.monetary.tolist() == fifths


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
def test_rfm__customer_among_a_hundred__is_in_the_segment(
    customer: tuple[int, int, int], segment: str
) -> None:
    crowd = [(day, 3 + day * 7 % 40, 100 + day * 31 % 1000) for day in range(100)]

    assert _segments([*crowd, customer])[-1] == segment


@pytest.mark.parametrize(
    ("absent", "every", "segment"),
    [(11, 4, "attention"), (12, 4, "attention"), (13, 4, "lost"), (200, 70, "attention"), (211, 70, "lost")],
)
def test_rfm__absence__is_compared_with_the_customers_usual_interval(
    absent: int, every: int, segment: str
) -> None:
    crowd = np.arange(365, 385)
    last_day = np.append(crowd, 384 - absent)
    order_count = np.append(np.full(20, 30), 3)

    rfm = score_rfm(
        first_day=np.append(crowd - 300, 384 - absent - 2 * every),
        last_day=last_day,
        order_count=order_count,
        spent=order_count * 10.0,
        today=384,
    )

    assert SEGMENTS[rfm.segment[-1]] == segment


def test_intervals__customer_with_one_order__gets_the_median_of_the_others() -> None:
    first_day, last_day, order_count = np.array([0, 0, 5]), np.array([30, 20, 5]), np.array([4, 2, 1])

    assert usual_intervals(first_day, last_day, order_count).tolist() == [10, 20, 15]
    assert usual_intervals(last_day, last_day, np.ones(3, np.int64)).tolist() == [0, 0, 0]


def test_rfm__everybody_ordered_once_today__all_are_new() -> None:
    assert _segments([(7, 1, 500)] * 3) == ["new"] * 3


def test_rfm__no_customers__is_empty() -> None:
    assert _segments([]) == []


def test_segments__of_statistics_and_model__are_the_same() -> None:
    assert set(SEGMENTS) == set(Segment.values)


@given(days=st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_rfm__later_customer__is_never_less_recent(days: list[int]) -> None:
    last_day = np.array(sorted(days))

    once = np.ones_like(last_day)
    rfm = score_rfm(
        first_day=last_day, last_day=last_day, order_count=once, spent=np.zeros(len(last_day)), today=50
    )

    assert (np.diff(rfm.recency) >= 0).all()
    assert set(rfm.recency.tolist()) <= {1, 2, 3, 4, 5}
