from random import Random

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.pricing import (
    EVERYTHING,
    Cart,
    OfferIndex,
    PricedCart,
    PricedLine,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    price_cart,
)
from tests.engine.pricing.build import takes
from tests.engine.pricing.strategies import carts, offer_lists, rules

some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def priced(cart: Cart, offers: list[PricingOffer], shop: Rules) -> PricedCart:
    return price_cart(cart=cart, offers=OfferIndex(offers), rules=shop)


def with_lines(cart: Cart, lines: list[PricingCartLine]) -> Cart:
    return msgspec.structs.replace(cart, lines=tuple(lines))


@some
@given(carts(), offer_lists(), rules)
def test_price_cart__any_cart__adds_up(cart: Cart, offers: list[PricingOffer], shop: Rules) -> None:
    answer = priced(cart, offers, shop)

    for line in answer.lines:
        assert 0 <= line.total_minor == line.list_minor - line.discount_minor <= line.list_minor
        assert line.discount_minor == sum(line.taken.values())
        assert line.total_minor == sum(unit.quantity * unit.unit_minor for unit in line.units)
        assert line.quantity == sum(unit.quantity for unit in line.units)
        assert all(unit.unit_minor >= 0 for unit in line.units)
    for number, outcome in answer.outcomes.items():
        on_lines = [line.taken.get(number, 0) for line in answer.lines]
        assert outcome.discount_minor == sum(on_lines) == sum(share for _, share in outcome.lines)
        assert outcome.discount_minor == 0 or outcome.status == "applied"
    saved = sum(outcome.discount_minor for outcome in answer.outcomes.values())
    assert answer.discount_minor == saved
    assert answer.total_minor == answer.list_minor - saved >= 0
    parts: list[PricedCart | PricedLine] = [answer, *answer.lines]
    for part in parts:
        assert part.gross_minor == part.net_minor + part.tax_minor
        assert part.total_minor == (part.gross_minor if cart.tax_included else part.net_minor)


@some
@given(carts(), offer_lists(), rules, st.randoms(use_true_random=False))
def test_price_cart__lines_split_and_all_shuffled__answers_the_same(
    cart: Cart, offers: list[PricingOffer], shop: Rules, chance: Random
) -> None:
    lines = [
        msgspec.structs.replace(line, quantity=part)
        for line in cart.lines
        for part in chance.choice([[line.quantity], [1] * line.quantity])
    ]
    others = list(offers)
    chance.shuffle(lines)
    chance.shuffle(others)

    assert priced(with_lines(cart, lines), others, shop) == priced(cart, offers, shop)


@some
@given(carts(), offer_lists(), rules)
def test_price_cart__an_item_no_offer_looks_at__changes_no_discount(
    cart: Cart, offers: list[PricingOffer], shop: Rules
) -> None:
    offers = [one for one in offers if EVERYTHING not in one.terms.selectors]
    stranger = PricingCartLine(PricingProduct(99, 777, (900,)), 2)

    before = priced(cart, offers, shop)
    after = priced(with_lines(cart, [*cart.lines, stranger]), offers, shop)

    assert takes(after) == takes(before)
    assert after.total_minor == before.total_minor + 2 * 777


@some
@given(carts(), offer_lists(), rules)
def test_price_cart__offers_that_exclude_each_other__never_both_apply(
    cart: Cart, offers: list[PricingOffer], shop: Rules
) -> None:
    saved = takes(priced(cart, offers, shop))

    together = [(one.id, other) for one in offers for other in one.excludes - {one.id} if one.id in saved]
    assert [pair for pair in together if pair[1] in saved] == []


@some
@given(carts(), offer_lists(), rules)
def test_price_cart__superseded__names_an_offer_that_applied(
    cart: Cart, offers: list[PricingOffer], shop: Rules
) -> None:
    outcomes = priced(cart, offers, shop).outcomes

    before = [outcome.by for outcome in outcomes.values() if outcome.status == "superseded"]
    assert all(by is not None and outcomes[by].status == "applied" for by in before)
