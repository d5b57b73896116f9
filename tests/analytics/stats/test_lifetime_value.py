from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats import lifetime_value
from analytics.stats.evidence import Floats
from analytics.stats.lifetime_value import (
    OrderRate,
    OrderValue,
    Visits,
    active_rate,
    expected_orders,
    expected_value,
    fit_order_rate,
    fit_order_value,
)
from tests.analytics.stats.cdnow import read_cdnow

# Fader, Hardie and Lee 2005, table 2; Fader and Hardie 2013.
PUBLISHED_RATE = OrderRate(r=0.243, alpha=4.414, a=0.793, b=2.426)
PUBLISHED_VALUE = OrderValue(p=6.25, q=3.74, v=15.44)


def _cdnow_visits() -> Visits:
    table = read_cdnow("cdnow_customers_summary")
    return Visits(table[:, 1], table[:, 2], table[:, 3])


def _one(*, repeats: float, last: float, age: float) -> Visits:
    return Visits(np.array([repeats]), np.array([last]), np.array([age]))


def test_order_rate__cdnow__are_the_published_constants() -> None:
    rate = fit_order_rate(_cdnow_visits())

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(PUBLISHED_RATE), abs=0.0006)


def test_order_rate__time_in_days__scales_alpha_alone() -> None:
    weeks = _cdnow_visits()

    rate = fit_order_rate(Visits(weeks.repeats, weeks.last * 7, weeks.age * 7))

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(replace(PUBLISHED_RATE, alpha=4.414 * 7)), rel=0.002)


def test_order_value__cdnow__are_the_published_constants() -> None:
    table = read_cdnow("cdnow_customers_summary_with_transactions")

    value = fit_order_value(repeats=table[:, 1], mean=table[:, 4])

    assert value is not None
    assert astuple(value) == pytest.approx(astuple(PUBLISHED_VALUE), rel=0.002)


def test_order_value__amounts_in_cents__scale_v_alone() -> None:
    table = read_cdnow("cdnow_customers_summary_with_transactions")

    value = fit_order_value(repeats=table[:, 1], mean=table[:, 4] * 100)

    assert value is not None
    assert astuple(value) == pytest.approx((6.25, 3.74, 1544.0), rel=0.002)


def test_expected_orders__customer_of_the_paper__are_1_226_in_39_weeks() -> None:
    orders = expected_orders(PUBLISHED_RATE, _one(repeats=2, last=30.43, age=38.86), horizon=39)

    assert orders == pytest.approx([1.226], abs=0.0005)


def test_expected_orders__customer_of_a_thousand_orders__are_the_rate_they_kept() -> None:
    orders = expected_orders(PUBLISHED_RATE, _one(repeats=1000, last=52, age=52), horizon=1)

    assert orders == pytest.approx([1000 / 52], rel=0.1)


def test_active_rate__customer_who_stopped__falls() -> None:
    visits = Visits(np.array([10.0, 10.0]), np.array([38.0, 5.0]), np.array([39.0, 39.0]))

    lasting, stopped = active_rate(PUBLISHED_RATE, visits)

    assert lasting > 0.9
    assert stopped < 0.01


def test_expected_value__little_known__is_near_the_average_of_all() -> None:
    average = 6.25 * 15.44 / 2.74

    never, once, often = expected_value(
        PUBLISHED_VALUE, repeats=np.array([0.0, 1.0, 100.0]), mean=np.array([0.0, 100.0, 100.0])
    )

    assert never == pytest.approx(average)
    assert average < once < often < 100


def test_fits__too_few_came_back__are_none() -> None:
    few = np.ones(lifetime_value.LEAST_RETURNED - 1)

    assert fit_order_rate(Visits(few, few, few * 2)) is None
    assert fit_order_value(repeats=few, mean=few) is None


def test_order_rate__nobody_ever_leaves__foretells_the_pace_of_each() -> None:
    pace = np.repeat([5.0, 10.0, 20.0, 40.0], 50)
    visits = Visits(pace, np.full(200, 50.0), np.full(200, 50.5))

    rate = fit_order_rate(visits)

    assert rate is not None
    orders = expected_orders(rate, visits, horizon=50.5)
    assert orders == pytest.approx(pace, rel=0.3)  # drawn a little towards the average
    assert active_rate(rate, visits).min() > 0.95


def test_order_rate__more_customers_than_are_fitted__is_nearly_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lifetime_value, "FITTED_CUSTOMERS", 1000)

    rate = fit_order_rate(_cdnow_visits())

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(PUBLISHED_RATE), rel=0.15)


positive = st.floats(0.05, 20)


@given(
    rate=st.builds(OrderRate, r=positive, alpha=positive, a=positive, b=positive),
    repeats=st.integers(0, 5000),
    times=st.tuples(st.floats(0, 500), st.floats(0, 500)),
)
def test_expected_orders__any_customer__are_a_finite_number_not_below_zero(
    rate: OrderRate, repeats: int, times: tuple[float, float]
) -> None:
    visits = _one(repeats=repeats, last=min(times) if repeats else 0.0, age=max(times))

    orders: Floats = expected_orders(rate, visits, horizon=52)

    assert np.isfinite(orders).all()
    assert (orders >= 0).all()
