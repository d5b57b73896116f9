"""What an offer holds: the units that it saves something on and those that it needs, no others."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from engine.pricing import (
    Cart,
    LaneMode,
    OfferIndex,
    PricingBundle,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    price_cart,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
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
    tiers,
)
from tests.engine.pricing.strategies import carts, offer_lists, rules

TENTH = offer(CrossSellTerms(only(1, 2), percent(10)), number=2)
FIRST = one_lane("first")


def test_fixed_price__above_one_of_two_products__leaves_that_one_to_another_offer() -> None:
    together = offer(CrossSellTerms(only(1, 2), fixed(500)))

    priced = price(goods({1: 1000, 2: 400}, {1: 1, 2: 1}), together, TENTH)

    assert (priced.total_minor, takes(priced)) == (860, {1: 500, 2: 40})


def test_margin_floor__that_leaves_nothing_of_one_unit__leaves_it_to_another_offer() -> None:
    fifth = offer(CrossSellTerms(only(1, 2), percent(20)), priority=5)
    kept = msgspec.structs.replace(fifth, margin_basis_points=0)
    dear = PricingCartLine(PricingProduct(2, 1000, cost_minor=1000))

    priced = price([PricingCartLine(PricingProduct(1, 1000)), dear], kept, TENTH, rules=FIRST)

    assert (priced.total_minor, priced.outcomes[1].cuts) == (1700, ("margin_floor",))


def test_amount_off_the_whole__unit_without_a_share__is_left_to_another_offer() -> None:
    off = offer(ThresholdTerms("spend", 1, benefit=amount(8)), priority=5)

    # 8 off 100 and 2 × 10 is 7, 1 and 0; the last of the three gets the tenth.
    assert price(goods({1: 100, 2: 10}, {1: 1, 2: 2}), off, TENTH, rules=FIRST).total_minor == 111


@pytest.mark.parametrize(("after", "total"), [("hold", 100 + 50 + 50), ("list", 100 + 50 + 90)])
def test_tiers__units_that_make_the_tier__are_held(after: str, total: int) -> None:
    steps = msgspec.structs.replace(tiers(u2=50), after=after)

    priced = price(goods({1: 100}, {1: 3}), offer(QuantityTerms(only(1), steps)), TENTH, rules=FIRST)

    assert priced.total_minor == total


@pytest.mark.parametrize(
    "terms",
    [
        QuantityTerms(only(1), tiers(u2=50)),
        BuyGetTerms(only(1), 1, only(1), 1, percent(50)),
        BundleTerms((PricingBundle(((1, 2),), amount(50)),)),
    ],
    ids=["tiers", "buy one, get one", "bundle"],
)
def test_condition__of_two_units__is_held_as_well(
    terms: QuantityTerms | BuyGetTerms | BundleTerms,
) -> None:
    priced = price(goods({1: 100}, {1: 2}), offer(terms), TENTH, rules=FIRST)

    assert priced.total_minor == 150
    assert (priced.outcomes[2].status, priced.outcomes[2].by) == ("superseded", 1)


@pytest.mark.parametrize("mode", ["best", "first", "stack"])
def test_largest_discount_of_one__in_any_mode__holds_one_unit(mode: LaneMode) -> None:
    capped = msgspec.structs.replace(offer(CrossSellTerms(only(1), FREE), priority=5), max_discount_minor=1)

    priced = price(goods({1: 100}, {1: 2}), capped, TENTH, rules=one_lane(mode))

    # In the shared lane the tenth is also taken of the unit at 99.
    assert takes(priced) == {1: 1, 2: 20} if mode == "stack" else {1: 1, 2: 10}


some = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some
@given(carts(), offer_lists(), rules)
def test_superseded__names_an_offer_that_excludes_it_or_took_something(
    cart: Cart, offers: list[PricingOffer], shop: Rules
) -> None:
    index = OfferIndex(offers)
    outcomes = price_cart(cart=cart, offers=index, rules=shop).outcomes

    for number, outcome in outcomes.items():
        if outcome.by is not None and outcome.by not in index.excludes.get(number, set()):
            assert outcomes[outcome.by].discount_minor > 0
