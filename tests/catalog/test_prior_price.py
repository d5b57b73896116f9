"""The prior price: the lowest of the 30 days before a reduction began."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import PriceChange, Product
from catalog.services.prior_price import prior_prices
from engine.pricing.prior_price import lowest_prior_price

BEGAN = datetime(2026, 11, 20, 9, tzinfo=UTC)

# {days before the reduction: new price} → the prior price.
HISTORIES: dict[str, tuple[Mapping[float, int], int | None]] = {
    "never changed": ({400: 1000}, 1000),
    "raised just before": ({400: 1000, 5: 1500}, 1000),
    "raised 31 days before": ({400: 1000, 31: 1500}, 1500),
    "raised exactly 30 days before": ({400: 1000, 30: 1500}, 1500),
    "raised 29 days before": ({400: 1000, 29: 1500}, 1000),
    "cheap for a day between": ({400: 1000, 20: 700, 19: 1000}, 700),
    "cheap long ago": ({400: 500, 40: 1000}, 1000),
    "new in the shop": ({3: 900}, 900),
    "new in the shop and raised": ({3: 900, 1: 1200}, 900),
    "changed with the reduction": ({400: 1000, 0: 600}, 1000),
    "changed after it": ({400: 1000, -1: 600}, 1000),
    "no history before it": ({-1: 600}, None),
    "no history": ({}, None),
}


@pytest.mark.parametrize(("history", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_prior_price__of_a_history__is_the_lowest_of_30_days(
    history: Mapping[float, int], expected: int | None
) -> None:
    changes = [(BEGAN - timedelta(days=days), price) for days, price in history.items()]

    assert lowest_prior_price(changes, reduced_at=BEGAN) == expected
    assert lowest_prior_price(reversed(changes), reduced_at=BEGAN) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("history", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_prior_prices__from_the_database__match(history: Mapping[float, int], expected: int | None) -> None:
    tea = create_product("tea", history)

    found = prior_prices(reduced_at={tea.pk: BEGAN}, currency="JPY")

    assert found == ({} if expected is None else {tea.pk: expected})


@pytest.mark.django_db
def test_prior_prices__of_products_reduced_at_different_times__take_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    goods = [create_product(f"tea-{n}", {400: 1000, 45: 800, 40: 900 + n}) for n in range(20)]
    reduced_at = {product.pk: BEGAN - timedelta(days=15 * n % 30) for n, product in enumerate(goods)}

    with django_assert_num_queries(1):
        found = prior_prices(reduced_at=reduced_at, currency="JPY")

    # Reduced 15 days ago: the 30 days before that include the price of 800.
    expected = {product.pk: 800 if n % 2 else 900 + n for n, product in enumerate(goods)}
    assert found == expected


@pytest.mark.django_db
def test_prior_prices__in_another_currency__are_ignored() -> None:
    tea = create_product("tea", {400: 1000})

    assert prior_prices(reduced_at={tea.pk: BEGAN}, currency="USD") == {}


def create_product(sku: str, history: Mapping[float, int]) -> Product:
    product = Product.objects.create(sku=sku, name=sku, price_minor=1, currency="JPY")
    PriceChange.objects.bulk_create(
        PriceChange(
            product=product, currency="JPY", price_minor=price, changed_at=BEGAN - timedelta(days=days)
        )
        for days, price in history.items()
    )
    return product
