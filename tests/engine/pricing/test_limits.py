"""Limits of units and times count what gains something; the cheapest come first among those that gain."""

import msgspec
import pytest

from engine.pricing import (
    Benefit,
    Cart,
    LaneMode,
    OfferIndex,
    Option,
    PricingBundle,
    PricingCartLine,
    PricingProduct,
    Rules,
    price_cart,
)
from engine.pricing.cart import Acceptance
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from tests.engine.pricing.build import (
    FREE,
    amount,
    fixed,
    goods,
    offer,
    one_lane,
    only,
    percent,
    price,
    takes,
)

PRICES = {1: 4995, 2: 100, 3: 10}
ONE_AT_1500 = CrossSellTerms(only(1, 2), fixed(1500), max_units=1)


@pytest.mark.parametrize(("cart", "total"), [({1: 1}, 1500), ({1: 1, 2: 1}, 1600), ({2: 1}, 100)])
def test_fixed_price__for_one_unit__is_not_spent_on_a_cheaper_one(cart: dict[int, int], total: int) -> None:
    assert price(goods(PRICES, cart), offer(ONE_AT_1500)).total_minor == total


def test_fixed_price__for_one_unit_got__is_not_spent_on_a_cheaper_one() -> None:
    got = offer(BuyGetTerms(only(3), 1, only(1, 2), 1, fixed(1500), max_times=1))

    assert price(goods(PRICES, {1: 1, 2: 1, 3: 1}), got).total_minor == 1610


@pytest.mark.parametrize("mode", ["best", "first"])
def test_fixed_price__another_offer_takes_the_cheaper_unit__takes_the_other(mode: LaneMode) -> None:
    off = offer(CrossSellTerms(only(2), amount(10)), number=1, priority=5)
    one = offer(ONE_AT_1500, number=2, priority=1)

    assert price(goods(PRICES, {1: 1, 2: 1}), off, one, rules=one_lane(mode)).total_minor == 1590


def test_percentage__that_rounds_to_nothing_on_the_cheapest__goes_to_the_next() -> None:
    tenth = CrossSellTerms(only(1, 2), percent(10), max_units=1)

    assert takes(price(goods({1: 50, 2: 1}, {1: 1, 2: 1}), offer(tenth))) == {1: 5}


def test_margin_floor__that_leaves_nothing_of_the_cheapest__lets_the_next_have_it() -> None:
    tenth = offer(CrossSellTerms(only(1, 2), percent(10), max_units=1))
    kept = msgspec.structs.replace(tenth, margin_basis_points=0)
    lines = [PricingCartLine(PricingProduct(1, 500)), PricingCartLine(PricingProduct(2, 100, cost_minor=100))]

    assert price(lines, kept).total_minor == 450 + 100


def test_trigger_that_is_a_target__is_set_aside_where_it_gains_nothing() -> None:
    terms = CrossSellTerms(only(1, 2), fixed(1500), trigger=only(1, 2))

    assert price(goods(PRICES, {1: 1, 2: 1}), offer(terms)).total_minor == 1600


def test_times__of_buy_one_get_one__are_those_that_save_something() -> None:
    terms = BuyGetTerms(only(3), 1, only(1, 2), 1, fixed(1500))

    priced = price(goods(PRICES, {1: 1, 2: 2, 3: 3}), offer(terms))

    assert (priced.outcomes[1].times, priced.total_minor) == (1, 1500 + 200 + 30)


def test_times__of_a_bundle__are_those_that_save_something() -> None:
    # The first offer leaves one of the two units at 100, so that only the other set costs more than 500.
    cheap = offer(CrossSellTerms(only(1), fixed(100), max_units=1), number=1)
    pair = offer(BundleTerms((PricingBundle(((1, 1), (2, 1)), fixed(500)),)), number=2, lane="bundle")

    priced = price(goods({1: 1000, 2: 300}, {1: 2, 2: 2}), cheap, pair)

    assert (priced.outcomes[2].times, priced.total_minor) == (1, 500 + 100 + 300)


def test_included_option__is_the_cheapest_that_costs_something() -> None:
    options = tuple(Option(PricingProduct(number, minor)) for number, minor in ((7, 0), (8, 50), (9, 80)))
    terms = AddOnTerms(only(1), frozenset([7, 8, 9]), included_count=1)

    assert (
        price([PricingCartLine(PricingProduct(1, 1000), options=options)], offer(terms)).total_minor == 1080
    )


def test_accepted_unit__is_one_that_the_offer_makes_cheaper() -> None:
    # One of two equal products already costs less; the accepted unit is the other.
    product = PricingProduct(1, 1000)
    first = offer(CrossSellTerms(only(1), Benefit("fixed", 400), max_units=1), number=1)
    taken = offer(CrossSellTerms(only(), fixed(500), by_acceptance=True), number=2, lane="cart")
    cart = Cart((PricingCartLine(product, 2),), accepted=(Acceptance(2, product),))

    priced = price_cart(cart=cart, offers=OfferIndex([first, taken]), rules=Rules())

    assert priced.total_minor == 400 + 500


def test_free_unit__after_another_offer_gave_it_free__is_the_next() -> None:
    free = CrossSellTerms(only(1), FREE, max_units=1)

    priced = price(goods({1: 1000}, {1: 3}), offer(free, number=1), offer(free, number=2, lane="cart"))

    assert priced.total_minor == 1000
