from itertools import accumulate

import numpy as np
import pytest

from analytics.stats import repurchase as module
from analytics.stats.repurchase import Due, Intervals, find_due, find_intervals, to_purchase_days
from engine.learned.facts import INTERVAL_SOURCES

COFFEE, FILTERS, POT, SOAP = range(4)
KITCHEN = 5
CATEGORIES = np.array([KITCHEN, KITCHEN, 0, 0])
MERCHANDISER = np.array([0, 0, 0, 90])
TODAY = 400
Bought = list[tuple[int, int, int]]


def _learn(bought: Bought, today: int = TODAY) -> tuple[Intervals, Due]:
    table = np.array(bought, np.int64).reshape(-1, 3)
    purchases = to_purchase_days(customer=table[:, 0], product=table[:, 1], day=table[:, 2])
    intervals = find_intervals(
        purchases=[purchases], product_category=CATEGORIES, merchandiser_days=MERCHANDISER
    )
    return intervals, find_due(purchases=purchases, intervals=intervals, today=today, customer_count=9)


def _due(due: Due, customer: int) -> list[tuple[int, int, int, str]]:
    rows = slice(due.starts[customer], due.starts[customer + 1])
    columns = (due.product, due.due_day, due.interval_days, due.source)
    found = zip(*(column[rows].tolist() for column in columns), strict=True)
    return [(product, day, interval, INTERVAL_SOURCES[source]) for product, day, interval, source in found]


def _every(customer: int, product: int, *gaps: int) -> Bought:
    """Return purchases of a product at these intervals, the last one today."""
    days = accumulate((*gaps, 0), lambda day, gap: day + gap, initial=TODAY - sum(gaps))
    return [(customer, product, day) for day in sorted(set(days))]


# Five customers who buy coffee again after 30 days, and one after 300.
CROWD = [row for customer in range(3, 8) for row in _every(customer, COFFEE, 30)] + _every(8, COFFEE, 300)


def test_due__three_purchases__uses_the_customers_own_median() -> None:
    _, due = _learn([*CROWD, *_every(0, COFFEE, 10, 12, 14)])

    assert _due(due, 0) == [(COFFEE, TODAY + 12, 12, "customer")]


def test_due__two_purchases__uses_the_products_median() -> None:
    intervals, due = _learn([*CROWD, *_every(0, COFFEE, 8)])

    assert (intervals.days[COFFEE], INTERVAL_SOURCES[intervals.source[COFFEE]]) == (30, "product")
    assert intervals.count[COFFEE] == 7
    assert _due(due, 0) == [(COFFEE, TODAY + 30, 30, "product")]


def test_due__product_never_bought_again__uses_the_categorys_median() -> None:
    _, due = _learn([*CROWD, (0, FILTERS, TODAY)])

    assert _due(due, 0) == [(FILTERS, TODAY + 30, 30, "category")]


def test_due__no_intervals_in_orders__uses_the_merchandisers_days() -> None:
    _, due = _learn([*CROWD, (0, SOAP, TODAY - 80)])

    assert _due(due, 0) == [(SOAP, TODAY + 10, 90, "merchandiser")]


def test_due__unknown_interval__is_not_due() -> None:
    intervals, due = _learn([*CROWD, (0, POT, TODAY)])

    assert (intervals.days[POT], intervals.source[POT]) == (0, 0)
    assert _due(due, 0) == []


def test_purchase_days__several_purchases_on_one_day__count_once() -> None:
    _, due = _learn([*_every(0, COFFEE, 20, 20), *_every(0, COFFEE, 20, 20)])

    assert _due(due, 0) == [(COFFEE, TODAY + 20, 20, "customer")]


@pytest.mark.parametrize(("days_late", "is_due"), [(0, True), (20, True), (21, False)])
def test_due__overdue_by_more_than_an_interval__is_dropped(days_late: int, is_due: bool) -> None:
    _, due = _learn(_every(0, COFFEE, 20, 20), today=TODAY + 20 + days_late)

    assert bool(_due(due, 0)) == is_due


def test_due__far_ahead__is_not_listed_yet() -> None:
    _, due = _learn(_every(0, COFFEE, 60, 60), today=TODAY)

    assert _due(due, 0) == []


def test_due__regular_purchase__is_more_likely_than_a_single_one() -> None:
    _, due = _learn([*CROWD, *_every(0, COFFEE, 20, 20, 20), (0, FILTERS, TODAY)])

    assert [product for product, *_ in _due(due, 0)] == [COFFEE, FILTERS]
    coffee, filters = due.chance[due.starts[0] : due.starts[1]]
    assert 1 >= coffee > filters >= 0


def test_due__more_than_the_limit__keeps_the_most_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DUE_LIMIT", 1)

    _, due = _learn([*CROWD, *_every(0, COFFEE, 20, 20, 20), (0, FILTERS, TODAY)])

    assert [product for product, *_ in _due(due, 0)] == [COFFEE]


def test_due__no_orders__is_empty() -> None:
    intervals, due = _learn([])

    assert intervals.days.tolist() == [0, 0, 0, 90]
    assert len(due.product) == 0
