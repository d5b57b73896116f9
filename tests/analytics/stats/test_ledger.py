import numpy as np
import pytest

from analytics.stats.ledger import MOST_UNITS, Ledger, keep_ledger
from tests.analytics.stats.priced_shop import CUP, JPY, POT, TEA, USD, Shop


def _ledger(shop: Shop) -> Ledger:
    return keep_ledger(shop.sales, shop.details)


def test_ledger__an_order__is_worth_its_lines() -> None:
    shop = Shop()
    shop.sell((TEA, 2, 500), (POT, 1, 3000), customer=7, day=3)

    ledger = _ledger(shop)

    assert (ledger.order_value.tolist(), ledger.today, ledger.currency) == ([4000.0], 3, JPY)
    assert (ledger.customer.tolist(), ledger.order_customer.tolist()) == ([7], [0])


def test_ledger__order_in_another_currency__is_a_visit_without_a_price() -> None:
    shop = Shop()
    shop.sell((TEA, 1, 500))
    shop.sell((TEA, 1, 500))
    shop.sell((TEA, 1, 5), currency=USD)

    ledger = _ledger(shop)

    assert ledger.order_value.tolist() == [500.0, 500.0, 0.0]
    assert ledger.lines(slice(None)).price.tolist() == [500, 500, 0]


def test_ledger__order_without_lines__is_left_out() -> None:
    shop = Shop()
    shop.sell(customer=1, day=99)
    shop.sell((TEA, 1, 500), customer=2)

    ledger = _ledger(shop)

    assert (ledger.customer.tolist(), ledger.today) == ([2], 0)


@pytest.mark.parametrize(("price", "is_absurd"), [(10_000, False), (10_001, True), (2**53 - 1, True)])
def test_ledger__price_far_above_the_catalogue__says_nothing(price: int, is_absurd: bool) -> None:
    shop = Shop()
    shop.sell((TEA, 1, price), (CUP, 1, 900))

    ledger = _ledger(shop)

    assert ledger.line_is_absurd.tolist() == [is_absurd, False]
    lines = ledger.lines(slice(None))
    assert lines.price.tolist() == [0 if is_absurd else price, 900]
    assert lines.product.tolist() == [0, 1]


def test_ledger__catalogue_price_is_the_slip__is_overruled_by_what_is_paid() -> None:
    shop = Shop(catalogue={TEA: 1})
    for _ in range(5):
        shop.sell((TEA, 1, 500))

    assert not _ledger(shop).line_is_absurd.any()


def test_ledger__one_product_a_million_times__counts_as_the_largest_order_and_line_that_may_be() -> None:
    shop = Shop()
    for day in range(20):
        shop.sell((TEA, 1, 500), day=day)
    shop.sell((TEA, 1_000_000, 500))

    ledger = _ledger(shop)

    assert (ledger.capped_order_count, ledger.absurd_quantity_count) == (1, 1)
    assert ledger.order_value[-1] == pytest.approx(500 * np.exp(3.5))
    assert ledger.lines(slice(None)).units.max() == MOST_UNITS


def test_ledger__no_orders__is_empty() -> None:
    ledger = _ledger(Shop())

    assert (ledger.today, ledger.currency, len(ledger.customer), len(ledger.line_order)) == (0, 0, 0, 0)
