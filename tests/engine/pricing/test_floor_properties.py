import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.pricing import Cart, OfferIndex, PricedCart, PricingOffer, Rules, TaxRule, floor_price, price_cart
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.tax import tax_of
from tests.engine.pricing.strategies import carts, offer_lists, rules

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def priced(cart: Cart, offers: list[PricingOffer], shop: Rules) -> PricedCart:
    return price_cart(cart=cart, offers=OfferIndex(offers), rules=shop)


@some
@given(carts(), offer_lists(), rules, st.integers(0, 3000))
def test_max_discount__any_lanes__is_never_exceeded(
    cart: Cart, offers: list[PricingOffer], shop: Rules, most: int
) -> None:
    offers = [
        msgspec.structs.replace(one, max_discount_minor=most)
        for one in offers
        if not isinstance(one.terms, ThresholdTerms) or one.terms.gift is None
    ]

    outcomes = priced(cart, offers, shop).outcomes.values()

    assert all(outcome.discount_minor <= most for outcome in outcomes)


@some
@given(carts(), offer_lists(), rules, st.integers(0, 9000))
def test_margin_floor__of_every_offer_in_any_lanes__is_kept_by_each_unit(
    cart: Cart, offers: list[PricingOffer], shop: Rules, margin: int
) -> None:
    offers = [msgspec.structs.replace(one, margin_basis_points=margin) for one in offers]
    facts = {line.product.id: line.product for line in cart.lines}
    facts |= {taken.product.id: taken.product for taken in cart.accepted}
    facts |= {option.product.id: option.product for line in cart.lines for option in line.options}

    for line in priced(cart, offers, shop).lines:
        if line.gift_of is None:
            floor = floor_price(facts[line.product], margin, TaxRule(cart.tax_included, shop.rounding_mode))
            assert all(unit.unit_minor >= min(floor, line.list_unit_minor) for unit in line.units)


@some
@given(carts(), offer_lists(), rules)
def test_tax_by_document__any_cart__is_rounded_once_a_rate(
    cart: Cart, offers: list[PricingOffer], shop: Rules
) -> None:
    rates = {1: 800, 2: 1000, 3: 0, 4: 800, 5: 1000, 6: 0, 9: 800}

    lines = priced(cart, offers, msgspec.structs.replace(shop, rounding="document")).lines

    for rate in (0, 800, 1000):
        ours = [line for line in lines if rates[line.product] == rate]
        total = sum(line.total_minor for line in ours)
        whole = tax_of(total, rate, tax_included=cart.tax_included, mode=shop.rounding_mode)
        assert sum(line.tax_minor for line in ours) == whole
        assert all(line.tax_minor >= 0 and line.net_minor >= 0 for line in ours)
