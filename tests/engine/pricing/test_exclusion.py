"""Offers that exclude each other: which applies, whatever their lanes."""

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.pricing import (
    Benefit,
    Cart,
    Gift,
    OfferIndex,
    PricedCart,
    PricingOffer,
    PricingProduct,
    Rules,
    Terms,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.pricing.build import amount, goods, offer, only, percent, price, takes
from tests.engine.pricing.strategies import carts, offer_lists, rules


def against(minor: int, points: int, terms: Terms) -> PricedCart:
    """Price one product, with a percentage off it and an offer of higher priority in a later lane."""
    weaker = offer(CrossSellTerms(only(1), Benefit("percent", points)), number=1, priority=2)
    stronger = offer(terms, number=2, priority=9, lane="cart")
    return price(
        goods({1: minor}, {1: 1}), msgspec.structs.replace(weaker, excludes=frozenset([2])), stronger
    )


FROM_5000 = ThresholdTerms("spend", 5000, benefit=amount(500))
GIFT = ThresholdTerms("spend", 5000, gift=Gift(PricingProduct(9, 300)))
TENTH = ThresholdTerms("spend", 0, benefit=percent(10))


@pytest.mark.parametrize(
    ("minor", "points", "terms", "total"),
    [
        (6000, 2000, FROM_5000, 5500),  # with the fifth off, 5,000 would not be reached
        (6249, 2000, FROM_5000, 5749),
        (6250, 2000, FROM_5000, 5750),
        (6000, 2000, GIFT, 6000),
        (1000, 10_000, TENTH, 900),  # with all of it off, a tenth would save nothing
        (1000, 9_999, TENTH, 900),
        (1000, 9_900, TENTH, 900),
        (4999, 2000, FROM_5000, 3999),  # the higher priority does not apply in any case
    ],
)
def test_higher_priority__in_a_later_lane__wins_if_it_applies_without_the_lower(
    minor: int, points: int, terms: Terms, total: int
) -> None:
    priced = against(minor, points, terms)

    assert priced.total_minor == total
    loser = priced.outcomes[1]
    assert (loser.status, loser.by) == (("superseded", 2) if total != 3999 else ("applied", None))


def test_chain__the_middle_one_is_excluded__leaves_the_last_free() -> None:
    terms = CrossSellTerms(only(1), percent(10))
    chain = [
        msgspec.structs.replace(
            offer(terms, number=number, priority=priority, lane=lane), excludes=frozenset([number + 1])
        )
        for number, priority, lane in ((1, 9, "cart"), (2, 5, "bundle"), (3, 1, "line"))
    ]

    priced = price(goods({1: 1000}, {1: 1}), *chain)

    assert takes(priced) == {1: 90, 3: 100}
    assert (priced.outcomes[2].status, priced.outcomes[2].by) == ("superseded", 1)


def test_equal_priority__larger_saving_without_the_other__wins() -> None:
    # After 10 % off, 11 % would save 99, but without it 110.
    first = offer(CrossSellTerms(only(1), percent(10)), number=1)
    second = offer(CrossSellTerms(only(1), percent(11)), number=2, lane="cart")
    first = msgspec.structs.replace(first, excludes=frozenset([2]))

    assert takes(price(goods({1: 1000}, {1: 1}), first, second)) == {2: 110}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(carts(), offer_lists(), rules, st.permutations([0, 1]))
def test_two_offers__of_different_priority__are_priced_without_the_one_that_loses(
    cart: Cart, offers: list[PricingOffer], shop: Rules, order: list[int]
) -> None:
    assume(len(offers) >= 2)
    # An accepted upgrade exchanges its units before any price, so leaving it out changes the cart itself.
    assume(not cart.accepted or not any(offer.terms.exchanges for offer in offers))
    high, low = (
        msgspec.structs.replace(offers[place], priority=rank, excludes=excludes)
        for place, rank, excludes in zip(order, (9, 1), (frozenset([1, 2]), frozenset()), strict=True)
    )

    def priced(*ours: PricingOffer) -> PricedCart:
        return price_cart(cart=cart, offers=OfferIndex(ours), rules=shop)

    alone = priced(high)
    right = alone if alone.outcome_of(high.id).status == "applied" else priced(low)
    assume(right.outcome_of(low.id).status != "limit_reached")

    assert priced(high, low).total_minor == right.total_minor
