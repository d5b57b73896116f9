import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing import (
    Cart,
    OfferIndex,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    TaxRule,
    floor_price,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.tax import tax_of
from tests.engine.pricing.build import FREE, amount, goods, offer, one_lane, only, percent, price, takes

HALF = offer(CrossSellTerms(only(1, 2, 3), percent(50)))


def test_max_discount__less_than_the_offer_gives__is_split_by_largest_remainder() -> None:
    # 199 + 124 + 99 = 422 cut to 100: 47.15, 29.38, 23.45.
    capped = msgspec.structs.replace(HALF, max_discount_minor=100)

    outcome = price(goods({1: 398, 2: 248, 3: 198}, {1: 1, 2: 1, 3: 1}), capped).outcomes[1]

    assert outcome.lines == ((0, 47), (1, 29), (2, 24))
    assert outcome.cuts == ("max_discount",)


@pytest.mark.parametrize(
    ("cost", "margin", "tax_included", "floor"),
    [
        (600, 3000, False, 858),  # 600 ÷ 0.7 = 857.14…
        (600, 3000, True, 944),  # 858 and 10 % tax: 943.8
        (600, 0, False, 600),
        (1, 0, True, 1),  # its tax of 0.09 is rounded to 0, so 1 is left for the cost of 1
        (5, 0, True, 5),  # 5 with 0.45 of tax; rounded up from 5.5 it would be 6
        (None, 3000, True, 0),
    ],
)
def test_floor_price__cost_and_margin__is_the_lowest_price_that_keeps_it(
    cost: int | None, margin: int, tax_included: bool, floor: int
) -> None:
    product = PricingProduct(1, 1000, tax_basis_points=1000, cost_minor=cost)

    assert floor_price(product, margin, TaxRule(tax_included)) == floor


@given(
    st.integers(0, 3000),
    st.integers(0, 9999),
    st.sampled_from([0, 800, 825, 1000, 2000, 2500]),
    st.booleans(),
)
def test_floor_price__any_cost__keeps_the_margin_and_one_minor_unit_less_would_not(
    cost: int, margin: int, rate: int, tax_included: bool
) -> None:
    def keeps(price: int) -> bool:
        net = price - tax_of(price, rate, tax_included=True, mode="half_up") if tax_included else price
        return (net - cost) * 10_000 >= margin * net

    product = PricingProduct(1, 1, tax_basis_points=rate, cost_minor=cost)
    floor = floor_price(product, margin, TaxRule(tax_included))

    assert keeps(floor)
    assert floor == 0 or not keeps(floor - 1)


def test_margin_floor__half_price_below_it__stops_there_and_is_reported() -> None:
    kept = msgspec.structs.replace(HALF, margin_basis_points=3000)
    product = PricingProduct(1, 1000, tax_basis_points=1000, cost_minor=600)

    priced = price([PricingCartLine(product, 2)], kept)

    assert priced.total_minor == 2 * 944
    assert priced.outcomes[1].cuts == ("margin_floor",)


def test_margin_floor__already_above_the_price__leaves_no_discount() -> None:
    kept = msgspec.structs.replace(HALF, margin_basis_points=3000)

    outcome = price([PricingCartLine(PricingProduct(1, 600, cost_minor=600))], kept).outcomes[1]

    assert (outcome.status, outcome.reason) == ("not_eligible", "margin_floor")


def test_stacked_offers__more_off_than_the_cart_costs__end_at_zero() -> None:
    offers = (
        offer(ThresholdTerms("spend", 0, benefit=amount(900)), number=1, priority=9),
        offer(ThresholdTerms("spend", 0, benefit=amount(900)), number=2, priority=8),
        offer(CrossSellTerms(only(1), FREE), number=3),
    )

    priced = price(goods({1: 1000}, {1: 1}), *offers, rules=one_lane("stack"))

    assert (priced.total_minor, takes(priced)) == (0, {1: 900, 2: 100})
    assert priced.outcomes[3].status == "superseded"


def taxed(*, tax_included: bool, rounding: str) -> list[tuple[int, int, int]]:
    """Tax three lines of 105 at 10 % and two of 105 at 8 %."""
    lines = [
        PricingCartLine(PricingProduct(number, 105, tax_basis_points=1000 if number < 4 else 800))
        for number in range(1, 6)
    ]
    rules = msgspec.convert({"rounding": rounding}, Rules)
    none: list[PricingOffer] = []
    priced = price_cart(
        cart=Cart(tuple(lines), tax_included=tax_included), offers=OfferIndex(none), rules=rules
    )
    return [(line.net_minor, line.tax_minor, line.gross_minor) for line in priced.lines]


@pytest.mark.parametrize(
    ("tax_included", "rounding", "taxes"),
    [
        # 10.5 each: half up, 33 together. By document 31.5: 32, split 11, 11, 10. At 8 %: 8.4; 16.8.
        (False, "line", [11, 11, 11, 8, 8]),
        (False, "document", [11, 11, 10, 9, 8]),
        # 105 × 10/110 = 9.545…; 315 × 10/110 = 28.63…; 105 × 8/108 = 7.77…; 210 × 8/108 = 15.55….
        (True, "line", [10, 10, 10, 8, 8]),
        (True, "document", [10, 10, 9, 8, 8]),
    ],
)
def test_tax__rounded_by_line_or_document__is_split_over_the_lines(
    tax_included: bool, rounding: str, taxes: list[int]
) -> None:
    lines = taxed(tax_included=tax_included, rounding=rounding)

    assert [tax for _, tax, _ in lines] == taxes
    assert all((gross if tax_included else net) == 105 for net, _, gross in lines)
    assert all(net + tax == gross for net, tax, gross in lines)
