from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from engine.learned.facts import (
    CATEGORY,
    COMFORT,
    DUE,
    INTERVAL_SOURCES,
    NO_DAY,
    NOTHING,
    SEGMENTS,
    CustomerFactsData,
    ProductFactsData,
)
from offers.models import Customer, CustomerFacts, IntervalSource, ProductFacts, Segment
from offers.services.collection.facts import collect_slowness
from offers.services.customer import load_known_customer
from offers.services.customer_facts import replace_customer_facts
from offers.services.product_facts import replace_product_facts

pytestmark = pytest.mark.django_db

TODAY = (date(2026, 11, 22) - date(1970, 1, 1)).days
NONE = np.empty(0, np.int64)


def _customers(*keys: int, orders: int = 3) -> CustomerFactsData:
    """Return facts of which the first customer's are full and the others' empty."""
    count = len(keys)
    is_first = np.arange(count) == 0
    starts = np.minimum(np.arange(count + 1), 1)
    comfort, due = np.zeros(min(count, 1), COMFORT), np.zeros(min(count, 1), DUE)
    comfort["high"], due["due_day"] = 990, TODAY + 3
    categories = np.array([(7, TODAY)] * min(count, 1), CATEGORY)
    return CustomerFactsData(
        currency="JPY",
        customers=np.array(keys, np.int64),
        segment=np.where(is_first, SEGMENTS.index("loyal"), SEGMENTS.index("lost")),
        recency=np.where(is_first, 5, 1),
        frequency=np.full(count, 2),
        monetary=np.full(count, 3),
        first_day=np.full(count, TODAY - 300),
        last_day=np.full(count, TODAY),
        order_count=np.full(count, orders),
        spent=np.where(is_first, 2**53, 0),
        average_order=np.where(is_first, 1234, NOTHING),
        active_rate=np.where(is_first, 0.75, np.nan),
        expected_orders=np.where(is_first, 12.5, np.nan),
        lifetime_value=np.where(is_first, 15425, NOTHING),
        next_due_day=np.where(is_first, TODAY + 3, NO_DAY),
        comfort_starts=starts,
        comfort=comfort,
        due_starts=starts,
        due=due,
        category_starts=starts,
        categories=categories,
    )


def _products(*keys: int) -> ProductFactsData:
    """Return facts of a slow mover first, then of products about which there is nothing to say."""
    is_first = np.arange(len(keys)) == 0
    return ProductFactsData(
        products=np.array(keys, np.int64),
        interval_days=np.where(is_first, 30, 0),
        interval_source=np.where(is_first, INTERVAL_SOURCES.index("category"), 0),
        interval_count=np.where(is_first, 9, 0),
        recent_units=np.where(is_first, 5, 0),
        last_sold_day=np.where(is_first, TODAY, NO_DAY),
        cover_days=np.where(is_first, 400, NOTHING),
        is_slow=is_first,
        slowness=np.where(is_first, 0.9, 0.0),
    )


def _customer_keys(*names: str) -> list[int]:
    return [Customer.objects.create(external_id=name).pk for name in names]


def test_customer_facts__published__are_one_row_a_customer() -> None:
    aki, ben = _customer_keys("aki", "ben")

    replace_customer_facts(_customers(aki, ben))

    facts = CustomerFacts.objects.get(pk=aki)
    assert (facts.segment, facts.recency, facts.frequency, facts.monetary) == (Segment.LOYAL, 5, 2, 3)
    assert (facts.last_order_date, facts.next_due_date) == (date(2026, 11, 22), date(2026, 11, 25))
    assert facts.last_order_date - facts.first_order_date == timedelta(days=300)
    assert (facts.order_count, facts.currency, facts.spent_minor) == (3, "JPY", 2**53)
    assert (facts.average_order_minor, facts.lifetime_value_minor) == (1234, 15425)
    assert (facts.active_rate, facts.expected_orders) == (0.75, 12.5)
    assert np.frombuffer(facts.comfort, COMFORT)["high"].tolist() == [990]
    assert np.frombuffer(facts.due, DUE)["due_day"].tolist() == [TODAY + 3]
    assert np.frombuffer(facts.categories, CATEGORY).tolist() == [(7, TODAY)]


def test_customer_facts__unknown__are_empty() -> None:
    keys = _customer_keys("aki", "ben")

    replace_customer_facts(_customers(*keys))

    facts = CustomerFacts.objects.get(pk=keys[1])
    assert (facts.average_order_minor, facts.lifetime_value_minor) == (None, None)
    assert (facts.active_rate, facts.expected_orders, facts.next_due_date) == (None, None, None)
    assert bytes(facts.comfort) == bytes(facts.due) == bytes(facts.categories) == b""


def test_customer_facts__the_same_again__touch_no_row() -> None:
    keys = _customer_keys("aki", "ben")
    replace_customer_facts(_customers(*keys))

    again = replace_customer_facts(_customers(*keys))
    more = replace_customer_facts(_customers(*keys, orders=4))

    assert (again.written_count, again.untouched_count) == (0, 2)
    assert (more.written_count, more.untouched_count) == (2, 0)


def test_customer_facts__customer_gone__are_left_out() -> None:
    (aki,) = _customer_keys("aki")

    replace_customer_facts(_customers(aki, aki + 1000))
    connection.check_constraints()
    replaced = replace_customer_facts(_customers())

    assert (replaced.removed_count, CustomerFacts.objects.count()) == (1, 0)


def test_product_facts__published__have_one_row_per_product_with_facts() -> None:
    tea, cup = (
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=1).pk for sku in ("tea", "cup")
    )

    replace_product_facts(_products(tea, cup))
    again = replace_product_facts(_products(tea, cup))

    facts = ProductFacts.objects.get()
    assert (facts.pk, facts.interval_days, facts.interval_source) == (tea, 30, IntervalSource.CATEGORY)
    assert (facts.interval_count, facts.recent_unit_count, facts.stock_cover_days) == (9, 5, 400)
    assert (facts.last_sold_date, facts.is_slow_mover, facts.slowness) == (date(2026, 11, 22), True, 0.9)
    assert (again.written_count, again.untouched_count) == (0, 1)


def test_interval_sources__of_records_and_model__are_the_same() -> None:
    assert set(INTERVAL_SOURCES) - {""} == set(IntervalSource.values)


def test_decision__of_a_known_customer__reads_the_facts_in_its_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    keys = _customer_keys("aki", "ben")
    replace_customer_facts(_customers(*keys))

    with django_assert_num_queries(1):
        known = load_known_customer(external_id="aki")

    stored = CustomerFacts.objects.get(pk=keys[0])
    assert (known.currency, known.comfort, known.due) == ("JPY", bytes(stored.comfort), bytes(stored.due))
    assert known.categories == bytes(stored.categories)


def test_decision__of_a_customer_without_orders__uses_no_facts() -> None:
    _customer_keys("new")

    new, stranger = (load_known_customer(external_id=name) for name in ("new", "stranger"))

    assert new == stranger


def test_snapshot__product_facts__contain_slowness() -> None:
    tea, cup = (
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=1).pk for sku in ("tea", "cup")
    )
    replace_product_facts(_products(tea, cup))

    assert collect_slowness(np.array([tea, cup])).tolist() == [pytest.approx(0.9), 0]
    assert collect_slowness(NONE).tolist() == []
