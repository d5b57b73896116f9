from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats.order_value import OrderValue, expected_value, fit_order_value
from analytics.stats.samples import MIN_RETURNING_CUSTOMERS
from tests.analytics.stats.cdnow import read_cdnow

pytestmark = pytest.mark.numeric

# Fader and Hardie 2013.
PUBLISHED = OrderValue(p=6.25, q=3.74, v=15.44)


@pytest.mark.parametrize("unit", [1, 100])
def test_order_value__cdnow__matches_the_published_constants_in_any_unit(unit: int) -> None:
    table = read_cdnow("cdnow_customers_summary_with_transactions")

    value = fit_order_value(repeats=table[:, 1], mean=table[:, 4] * unit)

    assert value is not None
    assert astuple(value) == pytest.approx((6.25, 3.74, 15.44 * unit), rel=0.002)


def test_order_value__constant_orders_of_each_customer__are_expected_again() -> None:
    mean = np.repeat([500.0, 1000.0, 2000.0, 4000.0], 50)
    repeats = np.tile([1.0, 5.0], 100)

    value = fit_order_value(repeats=repeats, mean=mean)

    assert value is not None
    assert expected_value(value, repeats=repeats, mean=mean) == pytest.approx(mean, rel=0.3)


def test_order_value__all_orders_equal__expects_that_value() -> None:
    repeats, mean = np.full(60, 3.0), np.full(60, 1234.0)

    value = fit_order_value(repeats=repeats, mean=mean)

    assert value is not None
    assert expected_value(value, repeats=repeats, mean=mean) == pytest.approx(mean, rel=1e-3)


def test_order_value__too_few_returning_customers__is_none() -> None:
    few = np.ones(MIN_RETURNING_CUSTOMERS - 1)

    assert fit_order_value(repeats=few, mean=few) is None


def test_expected_value__few_orders__is_close_to_the_average_of_all() -> None:
    average = 6.25 * 15.44 / 2.74

    never, once, often = expected_value(
        PUBLISHED, repeats=np.array([0.0, 1.0, 100.0]), mean=np.array([0.0, 100.0, 100.0])
    )

    assert never == pytest.approx(average)
    assert average < once < often < 100


@settings(max_examples=30)
@given(
    customers=st.lists(
        st.tuples(st.integers(1, 200), st.floats(0, 7).map(lambda log: 10**log)), min_size=50, max_size=80
    )
)
def test_order_value__any_customers__gives_finite_constants(customers: list[tuple[int, float]]) -> None:
    repeats, mean = np.array(customers, np.float64).T

    value = fit_order_value(repeats=repeats, mean=mean)

    assert value is None or np.isfinite(astuple(value)).all()
