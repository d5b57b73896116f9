from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from analytics.services import sales as module
from analytics.services.sales import read_sales
from analytics.stats.sales import currency_of
from catalog.models import Category, Product
from checkout.models import Order, OrderLine
from engine.moments import EPOCH
from engine.money import MAX_MINOR
from offers.models import Customer
from tests.analytics.shop import open_shop, place_order

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_sales__of_a_shop__are_its_rows_as_arrays() -> None:
    tea, cup, pot = open_shop()

    sales = read_sales(at=AT)

    orders = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    aki, drinks = Customer.objects.get(), Category.objects.get()
    assert sorted(zip(sales.line_order.tolist(), sales.line_product.tolist(), strict=True)) == [
        (orders[0], tea.pk),
        (orders[0], cup.pk),
        (orders[1], tea.pk),
        (orders[1], cup.pk),
        (orders[2], pot.pk),
    ]
    assert dict(zip(sales.order.tolist(), sales.customer.tolist(), strict=True)) == {
        orders[0]: aki.pk,
        orders[1]: aki.pk,
        orders[2]: 0,
    }
    assert dict(zip(sales.product.tolist(), sales.product_category.tolist(), strict=True)) == {
        tea.pk: drinks.pk,
        cup.pk: 0,
        pot.pk: 0,
    }
    assert (sales.category.tolist(), sales.category_parent.tolist()) == ([drinks.pk], [0])


def test_sales__of_a_cancelled_order__are_left_out() -> None:
    open_shop()
    first = Order.objects.earliest("pk")
    Order.objects.filter(pk=first.pk).update(cancelled_at=AT)

    cancelled = read_sales(at=AT)
    Order.objects.update(cancelled_at=None)
    placed = read_sales(at=AT)

    assert first.pk not in cancelled.order
    assert (len(cancelled.order), cancelled.future_order_count) == (2, 0)
    assert first.pk in placed.order


def test_sales__of_a_shop__include_prices_and_stock() -> None:
    tea, cup, _pot = open_shop()
    OrderLine.objects.filter(product=cup).update(quantity=3, unit_price_minor=MAX_MINOR)
    Order.objects.filter(customer=None).update(currency="USD")
    Product.objects.filter(pk=tea.pk).update(stock=7, replenishment_days=30, created_at=AT)

    sales = read_sales(at=AT)

    details = sales.details
    assert details is not None
    assert sorted(details.line_price.tolist()) == [500, 500, 500, MAX_MINOR, MAX_MINOR]
    assert details.line_quantity[sales.line_product == cup.pk].tolist() == [3, 3]
    assert [currency_of(number) for number in details.order_currency.tolist()] == ["JPY", "JPY", "USD"]
    (row,) = np.flatnonzero(sales.product == tea.pk)
    assert (details.product_price[row], currency_of(int(details.product_currency[row]))) == (500, "JPY")
    assert (details.product_stock[row], details.product_replenishment_days[row]) == (7, 30)
    assert details.product_listed_day[row] == (AT - EPOCH).days
    assert details.product_stock[sales.product == cup.pk].tolist() == [-1]


@pytest.mark.parametrize(
    "placed_at",
    [
        datetime(2026, 11, 21, 9, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 30, 15, 999_999, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 30, 15, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC),
    ],
)
def test_sales__time_of_an_order__is_exact_to_the_microsecond(placed_at: datetime) -> None:
    open_shop()
    Order.objects.update(placed_at=placed_at)

    sales = read_sales(at=AT)

    moments = sales.placed_us.astype("datetime64[us]")
    assert set(moments.tolist()) == {placed_at.replace(tzinfo=None)}


def test_sales__many_blocks__give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tea, _cup, pot = open_shop()
    place_order(tea, pot)
    Product.objects.create(sku="unsold", name="Unsold", currency="JPY", price_minor=1)
    Order.objects.order_by("pk").first().delete()  # type: ignore[union-attr]
    whole = read_sales(at=AT)

    monkeypatch.setattr(module, "BLOCK_ROWS", 1)
    in_blocks = read_sales(at=AT)

    for column in ("line_order", "line_product", "order", "placed_us", "customer", "product"):
        assert np.array_equal(getattr(whole, column), getattr(in_blocks, column))


def test_sales__ids_beyond_32_bits__are_kept_as_64_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    open_shop()
    narrow = read_sales(at=AT)

    monkeypatch.setattr(module, "_LARGEST_NARROW", 0)
    wide = read_sales(at=AT)

    assert (narrow.line_order.itemsize, wide.line_order.itemsize) == (4, 8)
    assert np.array_equal(narrow.line_order, wide.line_order)
    assert np.array_equal(narrow.line_product, wide.line_product)


def test_sales__order_dated_in_the_far_future__is_excluded() -> None:
    open_shop()
    slip, tomorrow = Order.objects.order_by("pk")[:2]
    Order.objects.filter(pk=slip.pk).update(placed_at=AT.replace(year=2062))
    Order.objects.filter(pk=tomorrow.pk).update(placed_at=AT + timedelta(hours=12))

    sales = read_sales(at=AT)

    assert slip.pk not in sales.order
    assert tomorrow.pk in sales.order


def test_sales__empty_shop__is_empty() -> None:
    sales = read_sales(at=AT)

    assert (len(sales.line_order), len(sales.order), len(sales.product), len(sales.category)) == (0, 0, 0, 0)


def test_sales__any_number_of_rows__takes_eleven_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    open_shop()

    with django_assert_num_queries(11):
        read_sales(at=AT)
