import numpy as np
import pytest

from analytics.stats.indexed_sales import MAX_UNITS, IndexedSales, index_sales
from tests.analytics.stats.priced_shop import CUP, JPY, POT, TEA, USD, PricedShop


def _indexed(shop: PricedShop) -> IndexedSales:
    return index_sales(shop.sales, shop.details)


def test_index__order__has_the_value_of_its_lines() -> None:
    shop = PricedShop()
    shop.sell((TEA, 2, 500), (POT, 1, 3000), customer=7, day=3)

    indexed = _indexed(shop)

    assert (indexed.order_value.tolist(), indexed.today, indexed.currency) == ([4000.0], 3, JPY)
    assert (indexed.customer.tolist(), indexed.order_customer.tolist()) == ([7], [0])


def test_index__order_in_another_currency__has_no_prices() -> None:
    shop = PricedShop()
    shop.sell((TEA, 1, 500))
    shop.sell((TEA, 1, 500))
    shop.sell((TEA, 1, 5), currency=USD)

    indexed = _indexed(shop)

    assert indexed.order_value.tolist() == [500.0, 500.0, 0.0]
    assert indexed.lines(slice(None)).price.tolist() == [500, 500, 0]


def test_index__order_without_lines__is_left_out() -> None:
    shop = PricedShop()
    shop.sell(customer=1, day=99)
    shop.sell((TEA, 1, 500), customer=2)

    indexed = _indexed(shop)

    assert (indexed.customer.tolist(), indexed.today) == ([2], 0)


@pytest.mark.parametrize(("price", "is_implausible"), [(10_000, False), (10_001, True), (2**53 - 1, True)])
def test_index__price_far_above_the_catalogue__is_ignored(price: int, is_implausible: bool) -> None:
    shop = PricedShop()
    shop.sell((TEA, 1, price), (CUP, 1, 900))

    indexed = _indexed(shop)

    assert indexed.line_is_implausible.tolist() == [is_implausible, False]
    lines = indexed.lines(slice(None))
    assert lines.price.tolist() == [0 if is_implausible else price, 900]
    assert lines.product.tolist() == [0, 1]


def test_index__wrong_catalogue_price__is_overridden_by_the_prices_paid() -> None:
    shop = PricedShop(catalogue={TEA: 1})
    for _ in range(5):
        shop.sell((TEA, 1, 500))

    assert not _indexed(shop).line_is_implausible.any()


def test_index__a_million_units__are_capped() -> None:
    shop = PricedShop()
    for day in range(20):
        shop.sell((TEA, 1, 500), day=day)
    shop.sell((TEA, 1_000_000, 500))

    indexed = _indexed(shop)

    assert (indexed.capped_order_count, indexed.implausible_quantity_count) == (1, 1)
    assert indexed.order_value[-1] == pytest.approx(500 * np.exp(3.5))
    assert indexed.lines(slice(None)).units.max() == MAX_UNITS


def test_index__no_orders__is_empty() -> None:
    indexed = _indexed(PricedShop())

    assert (indexed.today, indexed.currency, len(indexed.customer), len(indexed.line_order)) == (0, 0, 0, 0)
