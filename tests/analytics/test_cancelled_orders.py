"""Cancelled orders are ignored: a recompute publishes what it would without them."""

import pytest

from analytics.models import RecomputeRun
from checkout.models import Order, OrderLine
from engine.money import MAX_MINOR
from offers.models import Customer, CustomerFacts, CustomerHistory
from tests.analytics.shop import OPENED_AT, open_shop, place_order
from tests.support.recompute import learn_now, published_bytes

pytestmark = pytest.mark.django_db
# What a run says about its own work, not about the orders.
OF_THE_RUN = {"rows_written", "rows_untouched"}


def counts(run: RecomputeRun) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if name not in OF_THE_RUN}


def test_run__after_cancellations__publishes_what_it_would_without_these_orders() -> None:
    tea, cup, pot = open_shop()
    ken = Customer.objects.create(external_id="ken")
    without = counts(learn_now()), published_bytes()
    orders = [place_order(tea, cup, pot, day=day, customer=ken) for day in range(3, 9)]
    OrderLine.objects.filter(order=orders[0]).update(quantity=2_000, unit_price_minor=0)
    OrderLine.objects.filter(order=orders[1]).update(unit_price_minor=MAX_MINOR)
    OrderLine.objects.create(order=orders[2], position=9, product=tea, quantity=1, unit_price_minor=500)
    learn_now()
    taught = published_bytes()

    Order.objects.filter(customer=ken).update(cancelled_at=OPENED_AT.replace(day=20))
    cancelled = counts(learn_now()), published_bytes()
    has_facts = CustomerFacts.objects.filter(customer=ken), CustomerHistory.objects.filter(customer=ken)
    assert not any(rows.exists() for rows in has_facts)
    Order.objects.filter(customer=ken).update(cancelled_at=None)
    learn_now()

    assert cancelled == without
    assert published_bytes() == taught != without[1]
