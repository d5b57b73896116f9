from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats import order_rate
from analytics.stats.max_likelihood import EDGE
from analytics.stats.order_rate import OrderRate, Visits, active_rate, expected_orders, fit_order_rate
from analytics.stats.samples import MIN_RETURNING_CUSTOMERS
from tests.analytics.stats.cdnow import read_cdnow

pytestmark = pytest.mark.numeric

# Fader, Hardie and Lee 2005, table 2.
PUBLISHED = OrderRate(r=0.243, alpha=4.414, a=0.793, b=2.426)
# Nearly equal chances to leave: the published formula overflows here in double precision.
ALIKE = OrderRate(r=8.8, alpha=30.67, a=1657.0, b=12014.0)
YEAR = 365 / 7


def _cdnow_visits() -> Visits:
    table = read_cdnow("cdnow_customers_summary")
    return Visits(table[:, 1], table[:, 2], table[:, 3])


def _one(*, repeats: float, last: float, age: float) -> Visits:
    return Visits(np.array([repeats]), np.array([last]), np.array([age]))


def _made_by(rate: OrderRate, *, count: int, age: float) -> Visits:
    """Return customers simulated with the model, whose first orders are at the same time."""
    rng = np.random.default_rng(5)
    own_rate, leaving = rng.gamma(rate.r, 1 / rate.alpha, count), rng.beta(rate.a, rate.b, count)
    repeats, last, is_here = np.zeros(count), np.zeros(count), np.ones(count, np.bool_)
    while is_here.any():
        at = last + rng.exponential(1 / own_rate)
        is_here &= at < age
        repeats[is_here] += 1
        last[is_here] = at[is_here]
        is_here &= rng.random(count) >= leaving
    return Visits(repeats, last, np.full(count, age))


def test_order_rate__cdnow__matches_the_published_constants() -> None:
    rate = fit_order_rate(_cdnow_visits())

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(PUBLISHED), abs=0.0006)


def test_order_rate__time_in_days__scales_only_alpha() -> None:
    weeks = _cdnow_visits()

    rate = fit_order_rate(Visits(weeks.repeats, weeks.last * 7, weeks.age * 7))

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(replace(PUBLISHED, alpha=4.414 * 7)), rel=0.002)


def test_order_rate__customers_simulated_by_the_model__recovers_its_constants() -> None:
    truth = OrderRate(r=2.0, alpha=4.0, a=1.5, b=6.0)

    rate = fit_order_rate(_made_by(truth, count=10_000, age=100.0))

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(truth), rel=0.1)


def test_order_rate__equal_chances_to_leave__finds_the_chance() -> None:
    visits = _made_by(OrderRate(r=2.0, alpha=4.0, a=1200.0, b=8800.0), count=10_000, age=100.0)

    rate = fit_order_rate(visits)

    assert rate is not None
    assert rate.a / (rate.a + rate.b) == pytest.approx(0.12, abs=0.005)
    assert rate.a + rate.b > 100
    late = _one(repeats=5, last=99.0, age=100.0)
    alike = expected_orders(replace(rate, a=0.12e6, b=0.88e6), late, horizon=YEAR)
    assert expected_orders(rate, late, horizon=YEAR) == pytest.approx(alike, rel=0.05)


def test_order_rate__nobody_leaves__predicts_the_rate_of_each_customer() -> None:
    own_rate = np.repeat([5.0, 10.0, 20.0, 40.0], 50)
    visits = Visits(own_rate, np.full(200, 50.0), np.full(200, 50.5))

    rate = fit_order_rate(visits)

    assert rate is not None
    assert rate.a == 0
    orders = expected_orders(rate, visits, horizon=50.5)
    assert orders == pytest.approx(own_rate, rel=0.3)  # shrunk slightly towards the average
    assert orders == pytest.approx(
        (rate.r + own_rate) / (rate.alpha + 50.5) * 50.5
    )  # the gamma-Poisson expectation
    assert active_rate(rate, visits).tolist() == [1.0] * 200


def test_order_rate__equal_rates__stops_at_the_edge() -> None:
    repeats = np.tile(np.arange(5.0, 15.0), 20)  # less variation than by chance alone

    rate = fit_order_rate(Visits(repeats, np.full(200, 49.0), np.full(200, 50.0)))

    assert rate is not None
    assert rate.r == pytest.approx(1 / EDGE, rel=0.01)
    assert rate.r / rate.alpha == pytest.approx(9.5 / 50, rel=0.01)


def test_order_rate__sample_of_customers__gives_nearly_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order_rate, "MAX_FITTED_CUSTOMERS", 1000)

    rate = fit_order_rate(_cdnow_visits())

    assert rate is not None
    assert astuple(rate) == pytest.approx(astuple(PUBLISHED), rel=0.15)


def test_order_rate__too_few_returning_customers__is_none() -> None:
    few = np.ones(MIN_RETURNING_CUSTOMERS - 1)

    assert fit_order_rate(Visits(few, few, few * 2)) is None


def test_expected_orders__customer_of_the_paper__are_1_226_in_39_weeks() -> None:
    orders = expected_orders(PUBLISHED, _one(repeats=2, last=30.43, age=38.86), horizon=39)

    assert orders == pytest.approx([1.226], abs=0.0005)


# Equation 10 of the paper, without its last fraction, calculated to 60 digits with mpmath 1.4's hyp2f1.
@pytest.mark.parametrize(
    ("rate", "repeats", "age", "horizon", "orders"),
    [
        (ALIKE, 5, 30, YEAR, 6.15074569429),
        (ALIKE, 0, 30, YEAR, 4.80123802964),
        (ALIKE, 60, 52, 52, 8.23656154549),
        (PUBLISHED, 2, 38.86, 39, 1.68739930581),
        (PUBLISHED, 1000, 52, 1, 17.6073319314),
        (OrderRate(r=0.2, alpha=0.3, a=0.001, b=0.5), 3, 10, 52, 16.1345428517),
        (OrderRate(r=0.5, alpha=4.0, a=1.0, b=2.5), 3, 10, 52, 6.53715894152),
        (OrderRate(r=1e4, alpha=1e4, a=1e4, b=9e4), 3, 10, 52, 9.94565016743),
    ],
)
def test_expected_orders__active_customer__match_the_paper_calculated_to_60_digits(
    rate: OrderRate, repeats: float, age: float, horizon: float, orders: float
) -> None:
    visits = _one(repeats=repeats, last=age if repeats else 0.0, age=age)

    found = expected_orders(rate, visits, horizon=horizon) / active_rate(rate, visits)

    assert found == pytest.approx([orders], rel=2e-6)


def test_active_rate__equal_chances_to_leave__is_a_probability() -> None:
    visits = Visits(np.array([5.0, 60.0, 60.0]), np.array([28.0, 50.0, 1.0]), np.array([30.0, 52.0, 52.0]))

    rates = active_rate(ALIKE, visits)

    # 1 / (1 + a / (b + x - 1) · ((α + T) / (α + tx))^(r + x)), calculated directly
    assert rates[:2] == pytest.approx([0.8203631, 0.5746990], abs=1e-6)
    assert 0 < rates[2] < 1e-10


def test_active_rate__customer_who_stopped_ordering__is_low() -> None:
    visits = Visits(np.array([10.0, 10.0]), np.array([38.0, 5.0]), np.array([39.0, 39.0]))

    lasting, stopped = active_rate(PUBLISHED, visits)

    assert lasting > 0.9
    assert stopped < 0.01


positive = st.floats(-5, 5).map(lambda log: 10**log)


@given(
    rate=st.builds(OrderRate, r=positive, alpha=positive, a=st.just(0.0) | positive, b=positive),
    repeats=st.integers(0, 5000),
    times=st.tuples(st.floats(0, 500), st.floats(0, 500)),
)
def test_expected_orders__any_customer__are_at_most_those_without_leaving(
    rate: OrderRate, repeats: int, times: tuple[float, float]
) -> None:
    visits = _one(repeats=repeats, last=min(times) if repeats else 0.0, age=max(times))

    (orders,) = expected_orders(rate, visits, horizon=52)

    assert 0 <= orders <= (rate.r + repeats) / (rate.alpha + max(times)) * 52 * (1 + 1e-9)


@settings(max_examples=30)
@given(
    repeats=st.lists(st.integers(0, 200), min_size=60, max_size=90),
    seed=st.integers(0, 1000),
    stays=st.floats(0, 1),
)
def test_order_rate__any_customers__gives_finite_constants(
    repeats: list[int], seed: int, stays: float
) -> None:
    rng = np.random.default_rng(seed)
    count = np.array([number + 1.0 for number in repeats])
    age = rng.uniform(1, 100, len(count))
    visits = Visits(count, age * (stays + (1 - stays) * rng.random(len(count))), age)

    rate = fit_order_rate(visits)

    assert rate is not None
    assert np.isfinite(astuple(rate)).all()
    assert np.isfinite(expected_orders(rate, visits, horizon=52)).all()
