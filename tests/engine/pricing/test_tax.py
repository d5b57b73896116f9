from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pricing import Cart, OfferIndex, PricingCartLine, PricingProduct, Rules, price_cart
from engine.pricing.rules import Rounding, RoundingMode
from engine.pricing.tax import price_in_mode, tax_of

# The invoice in the questions and answers of Japan's National Tax Agency about qualified invoices: prices
# without tax, tax rounded down. Tomatoes and peppers at 8 %, flowers and fertilizer at 10 %.
INVOICE = ((83, 167, 800), (197, 67, 800), (57, 77, 1000), (57, 417, 1000))


def taxes_of_invoice(rounding: Rounding) -> tuple[dict[int, int], int]:
    """Return the tax by rate in basis points, and what is to be paid."""
    lines = tuple(
        PricingCartLine(PricingProduct(number, price, tax_basis_points=rate), quantity)
        for number, (quantity, price, rate) in enumerate(INVOICE)
    )
    priced = price_cart(
        cart=Cart(lines, tax_included=False),
        offers=OfferIndex([]),
        rules=Rules(rounding=rounding, rounding_mode="down"),
    )
    taxes: dict[int, int] = {}
    for line in priced.lines:
        rate = INVOICE[line.product][2]
        taxes[rate] = taxes.get(rate, 0) + line.tax_minor
    return taxes, priced.gross_minor


def test_qualified_invoice__rounded_down_once_per_rate__has_the_published_tax() -> None:
    assert taxes_of_invoice("document") == ({800: 2_164, 1000: 2_815}, 60_197)


def test_qualified_invoice__rounded_on_each_line__has_the_tax_that_is_not_accepted() -> None:
    assert taxes_of_invoice("line")[0] == {800: 2_163, 1000: 2_814}


@pytest.mark.parametrize(
    ("amount", "tax_included", "taxes"),
    [
        (105, False, (11, 10, 11)),  # 10.5
        (104, False, (10, 10, 11)),  # 10.4
        (100, False, (10, 10, 10)),
        (105, True, (10, 9, 10)),  # 9.545…
        (100, True, (9, 9, 10)),  # 9.09…
        (110, True, (10, 10, 10)),
        (0, True, (0, 0, 0)),
    ],
)
def test_tax__of_an_amount_at_10_percent__is_rounded_by_the_mode(
    amount: int, tax_included: bool, taxes: tuple[int, int, int]
) -> None:
    modes: tuple[RoundingMode, ...] = ("half_up", "down", "up")

    assert tuple(tax_of(amount, 1000, tax_included=tax_included, mode=mode) for mode in modes) == taxes


@pytest.mark.parametrize(
    ("price", "rate", "tax_included", "converted"),
    [
        (98, 800, False, (106, 105, 106)),  # 7.84
        (100, 1000, False, (110, 110, 110)),
        (105, 1000, True, (95, 96, 95)),  # 9.545…
        (110, 1000, True, (100, 100, 100)),
        (300, 0, True, (300, 300, 300)),
    ],
)
def test_price_in_other_mode__is_moved_by_the_rounded_tax_of_one_unit(
    price: int, rate: int, tax_included: bool, converted: tuple[int, int, int]
) -> None:
    modes: tuple[RoundingMode, ...] = ("half_up", "down", "up")

    for mode, expected in zip(modes, converted, strict=True):
        wanted = not tax_included
        assert price_in_mode(price, rate, tax_included=tax_included, wanted=wanted, mode=mode) == expected
        assert price_in_mode(price, rate, tax_included=wanted, wanted=wanted, mode=mode) == price


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.sampled_from(["half_up", "down", "up"]))
@settings(max_examples=200, deadline=None)
def test_unit_priced_without_tax__shown_with_tax__has_its_catalogue_price_as_net(
    price: int, rate: int, mode: RoundingMode
) -> None:
    shown = price_in_mode(price, rate, tax_included=False, wanted=True, mode=mode)
    line = PricingCartLine(PricingProduct(1, shown, tax_basis_points=rate))

    (priced,) = price_cart(cart=Cart((line,)), offers=OfferIndex([]), rules=Rules(rounding_mode=mode)).lines

    assert (priced.net_minor, priced.gross_minor) == (price, shown)


@given(
    st.integers(0, 10**9),
    st.integers(0, 10_000),
    st.integers(1, 999),
    st.booleans(),
    st.sampled_from(["half_up", "down", "up"]),
)
@settings(max_examples=200, deadline=None)
def test_line_of_a_converted_product__costs_its_units_and_differs_by_their_rounding_only(
    price: int, rate: int, quantity: int, wanted: bool, mode: RoundingMode
) -> None:
    unit = price_in_mode(price, rate, tax_included=not wanted, wanted=wanted, mode=mode)
    line = PricingCartLine(PricingProduct(1, unit, tax_basis_points=rate), quantity)
    rules = Rules(tax_included=wanted, rounding_mode=mode)

    priced = price_cart(cart=Cart((line,), tax_included=wanted), offers=OfferIndex([]), rules=rules)

    whole = Fraction(10_000 + rate, 10_000)
    exact = price * quantity * (whole if wanted else 1 / whole)
    assert priced.total_minor == unit * quantity
    most = Fraction(quantity, 2) if mode == "half_up" else quantity
    assert abs(priced.total_minor - exact) <= most
