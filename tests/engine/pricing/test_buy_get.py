import pytest

from engine.pricing import Missing
from engine.pricing.kinds.buy_get import BuyGetTerms
from tests.engine.pricing.build import FREE, goods, offer, only, percent, price

PRICES = {1: 1000, 2: 600, 3: 100}


@pytest.mark.parametrize(
    ("units", "total"), [(1, 1000), (2, 2000), (3, 2000), (4, 3000), (5, 4000), (6, 4000), (7, 5000)]
)
def test_buy_get__two_and_one_free_of_the_same__repeats_by_threes(units: int, total: int) -> None:
    terms = BuyGetTerms(only(1), 2, only(1), 1, FREE)

    assert price(goods(PRICES, {1: units}), offer(terms)).total_minor == total


@pytest.mark.parametrize(
    ("cart", "saving"),
    [
        ({1: 2, 2: 1}, 600),
        ({1: 2, 2: 3}, 600),
        ({1: 4, 2: 2}, 1200),
        ({1: 6, 2: 6}, 1200),  # twice at most
        ({1: 1, 2: 1}, 0),
    ],
)
def test_buy_get__two_of_one_and_one_of_another_free__repeats_up_to_twice(
    cart: dict[int, int], saving: int
) -> None:
    terms = BuyGetTerms(only(1), 2, only(2), 1, FREE, max_times=2)

    assert price(goods(PRICES, cart), offer(terms)).discount_minor == saving


@pytest.mark.parametrize(
    ("cart", "saving"),
    [
        # 1 and 2 qualify, 2 and 3 are given. 1 qualifies first, and 3 is the cheaper gift.
        ({1: 1, 2: 1, 3: 1}, 100),
        ({1: 1, 2: 1}, 600),
        ({2: 2}, 600),  # one unit as condition, the other as benefit
        ({2: 1}, 0),
        ({2: 1, 3: 1}, 100),
        ({1: 1, 2: 2, 3: 1}, 700),  # twice: 1 and a 2 qualify, the other 2 and 3 are given
    ],
)
def test_buy_get__products_that_can_be_both__count_once(cart: dict[int, int], saving: int) -> None:
    terms = BuyGetTerms(only(1, 2), 1, only(2, 3), 1, FREE)

    assert price(goods(PRICES, cart), offer(terms)).discount_minor == saving


def test_buy_get__most_expensive_first__discounts_the_most_expensive_units() -> None:
    terms = BuyGetTerms(only(1, 2, 3), 2, only(1, 2, 3), 1, percent(50), order="most_expensive_first")

    assert price(goods(PRICES, {1: 1, 2: 1, 3: 1}), offer(terms)).discount_minor == 500


@pytest.mark.parametrize(
    ("cart", "missing"),
    [
        ({1: 1}, (Missing("units", 1, only(1)), Missing("units", 1, only(2)))),
        ({1: 2}, (Missing("units", 1, only(2)),)),
        ({1: 1, 2: 1}, (Missing("units", 1, only(1)),)),
    ],
)
def test_buy_get__not_enough__reports_what_is_missing(
    cart: dict[int, int], missing: tuple[Missing, ...]
) -> None:
    terms = BuyGetTerms(only(1), 2, only(2), 1, FREE)

    assert price(goods(PRICES, cart), offer(terms)).outcomes[1].missing == missing


@pytest.mark.parametrize(("units", "lacking"), [(1, 2), (2, 1)])
def test_buy_get__same_products_in_both_roles__reports_once_how_many_are_missing(
    units: int, lacking: int
) -> None:
    terms = BuyGetTerms(only(1), 2, only(1), 1, FREE)

    assert price(goods(PRICES, {1: units}), offer(terms)).outcomes[1].missing == (
        Missing("units", lacking, only(1)),
    )
