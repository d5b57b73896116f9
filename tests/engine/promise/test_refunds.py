"""What is owed for units that come back: worked numbers, and what holds for every quote."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    Gift,
    Option,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    Tier,
    Tiers,
    price_cart,
)
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.promise.frozen_quote import freeze, thaw
from engine.promise.refunds import Share, balance_of
from tests.engine.pricing.strategies import carts, offer_lists, rules
from tests.engine.promise.freezing import owed, quote_of

TEA, MUG, WRAP, OOLONG = (
    PricingProduct(1, 1000),
    PricingProduct(2, 1200),
    PricingProduct(3, 100),
    PricingProduct(4, 1500),
)


def tiers(*steps: tuple[int, int], mode: Any = "graduated") -> PricingOffer:
    terms = Tiers(tuple(Tier(start, Benefit("percent", points)) for start, points in steps), mode)
    return PricingOffer(id=1, terms=QuantityTerms(Selector(frozenset([1])), terms))


# Three teas at 1,000, 900 and 800; two alone would cost 1,900, one 1,000.
THREE_TEAS = {1: (900, 800), 2: (1800, 1700), 3: (2700, 2700)}


@pytest.mark.parametrize(("count", "figures"), THREE_TEAS.items())
def test_tiers__some_of_three_come_back__both_figures(count: int, figures: tuple[int, int]) -> None:
    quote = quote_of(Cart((PricingCartLine(TEA, 3),)), [tiers((2, 1000), (3, 2000))])

    assert owed(quote, {0: count}) == figures


def threshold(**terms: Any) -> PricingOffer:
    return PricingOffer(id=1, terms=ThresholdTerms("spend", 3000, **terms), lane="cart")


def test_threshold__broken_by_a_return__deducts_its_discount() -> None:
    quote = quote_of(Cart((PricingCartLine(TEA, 3),)), [threshold(benefit=Benefit("amount", 300))])

    assert owed(quote, {0: 1}) == (900, 700)  # two teas stay, at 2,000 without the 300 off
    assert balance_of(quote=quote, returned={0: 1}).deductions == {1: 200}


def test_threshold__still_reached__deducts_nothing() -> None:
    quote = quote_of(Cart((PricingCartLine(TEA, 4),)), [threshold(benefit=Benefit("percent", 1000))])

    assert owed(quote, {0: 1}) == (900, 900)


@pytest.mark.parametrize(("gifts", "figures"), [(0, (1000, -200)), (1, (1000, 1000))], ids=["kept", "back"])
def test_gift__condition_broken__costs_its_list_price_unless_it_comes_back(
    gifts: int, figures: tuple[int, int]
) -> None:
    quote = quote_of(Cart((PricingCartLine(TEA, 3),)), [threshold(gift=Gift(MUG))])

    assert owed(quote, {0: 1, 1: gifts}) == figures


def test_options__come_back_with_their_line() -> None:
    quote = quote_of(Cart((PricingCartLine(TEA, 3, options=(Option(WRAP, 2),)),)), [])

    balance = balance_of(quote=quote, returned={0: 1})

    assert {place: share.gross_minor for place, share in balance.shares.items()} == {0: 1000, 1: 200}


def test_upgrade__one_of_two_returned__the_other_keeps_its_price() -> None:
    terms = UpgradeTerms(Selector(frozenset([1])), frozenset([4]), Benefit("fixed", 1300))
    quote = quote_of(
        Cart((PricingCartLine(TEA, 2),), accepted=(Acceptance(1, OOLONG, 1, 2),)),
        [PricingOffer(id=1, terms=terms)],
    )

    assert owed(quote, {0: 1}) == (1300, 1300)


def test_net_prices__are_clawed_back_with_their_tax() -> None:
    cart = Cart((PricingCartLine(PricingProduct(1, 1000, tax_basis_points=1000), 3),), tax_included=False)
    quote = quote_of(cart, [threshold(benefit=Benefit("amount", 300))])

    assert owed(quote, {0: 1}) == (990, 770)


@pytest.mark.parametrize(
    ("units", "price", "tax", "each"),
    [
        (2, 50, 800, 50),  # of 50 with 8 % included, 46.5 are net and 3.5 tax: rounded apart they make 51
        (4, 333, 800, 333),
        (2, 98, 800, 98),
        (2, 1999, 825, 1999),  # USD 19.99
        (3, 1000, 1000, 1000),
        (2, 99, 1000, 99),
    ],
)
def test_unit__comes_back__returns_what_it_cost(units: int, price: int, tax: int, each: int) -> None:
    quote = quote_of(Cart((PricingCartLine(PricingProduct(1, price, tax_basis_points=tax), units),)), [])

    owed_so_far = [owed(quote, {0: count})[0] for count in range(1, units + 1)]

    assert owed_so_far == [each * count for count in range(1, units + 1)]


def test_one_unit_of_each_of_twenty_lines__comes_back__returns_half_of_what_was_paid() -> None:
    lines = [PricingCartLine(PricingProduct(n, 50, tax_basis_points=800), 2) for n in range(1, 21)]

    assert owed(quote_of(Cart(tuple(lines)), []), dict.fromkeys(range(20), 1)) == (1000, 1000)


@settings(max_examples=150)
@given(
    unit=st.integers(0, 400),
    off=st.integers(0, 300),
    tax=st.sampled_from([0, 800, 825, 1000, 2500]),
    tax_included=st.booleans(),
    steps=st.lists(st.integers(1, 4), min_size=1, max_size=5),
)
def test_any_steps_of_a_return__differ_from_the_exact_share_by_less_than_one_minor_unit(
    unit: int, off: int, tax: int, tax_included: bool, steps: list[int]
) -> None:
    units = sum(steps)
    cart = Cart(
        (PricingCartLine(PricingProduct(1, unit, tax_basis_points=tax), units),), tax_included=tax_included
    )
    reward = PricingOffer(id=1, terms=ThresholdTerms("spend", 0, benefit=Benefit("amount", off)))
    quote = quote_of(cart, [reward])
    line = quote.priced.lines[0]
    back, before = 0, Share(0, 0)

    for step in steps:
        back += step
        after = balance_of(quote=quote, returned={0: back}).shares[0]
        exact = Fraction(line.gross_minor * step, units)
        assert abs(after.gross_minor - before.gross_minor - exact) < 1
        assert after.net_minor >= before.net_minor
        assert after.tax_minor >= before.tax_minor
        before = after

    assert before == Share(line.net_minor, line.tax_minor)


@settings(max_examples=300)
@given(cart=carts(), offers=offer_lists(), by=rules)
def test_any_quote__priced_again_from_its_frozen_data__is_the_same(
    cart: Cart, offers: list[PricingOffer], by: Rules
) -> None:
    kept = thaw(freeze(quote_of(cart, offers, by)))

    again = price_cart(cart=kept.cart, offers=kept.index, rules=kept.rules)

    assert again.lines == kept.priced.lines
    assert again.total_minor == kept.priced.total_minor


@given(cart=carts(), offers=offer_lists(), by=rules, data=st.data())
def test_any_quote__units_returned_one_by_one__refunds_add_up_to_the_amount_paid(
    cart: Cart, offers: list[PricingOffer], by: Rules, data: st.DataObject
) -> None:
    quote = quote_of(cart, offers, by)
    lines = {place: line for place, line in enumerate(quote.priced.lines) if line.parent is None}
    returned = dict.fromkeys(lines, 0)
    paid, refunded = quote.priced.gross_minor, {"keep": 0, "claw_back": 0}

    while any(returned[place] < line.quantity for place, line in lines.items()):
        place = data.draw(st.sampled_from([p for p, line in lines.items() if returned[p] < line.quantity]))
        returned[place] += data.draw(st.integers(1, lines[place].quantity - returned[place]))
        keep, claw_back = owed(quote, returned)

        assert refunded["keep"] <= keep <= paid
        assert claw_back <= keep
        refunded = {"keep": keep, "claw_back": max(claw_back, refunded["claw_back"])}

    assert refunded == {"keep": paid, "claw_back": paid}
