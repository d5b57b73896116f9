"""The examples of floors, of dividing an amount, and of tax."""

import itertools

import msgspec

from engine.pricing import (
    Cart,
    OfferIndex,
    PricingCartLine,
    PricingProduct,
    Rules,
    floor_price,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.rules import Rounding, RoundingMode
from engine.pricing.tax import price_in_mode
from tests.engine.pricing.build import (
    amount,
    goods,
    offer,
    only,
    percent,
    price,
)
from tests.engine.pricing.examples.table import COFFEE_SET, Table, plus, yen


def floors() -> Table:
    """Cut half off by each floor."""
    half = offer(CrossSellTerms(only(1), percent(50)))
    product = PricingProduct(1, 1000, tax_basis_points=1000, cost_minor=600)
    capped = {
        "none": half,
        "at most ¥300": msgspec.structs.replace(half, max_discount_minor=300),
        "margin 30 % at cost ¥600, tax 10 %": msgspec.structs.replace(half, margin_basis_points=3000),
    }
    rows = [["floor", "¥1,000 at −50 % costs", "the offer says"]]
    for words, one in capped.items():
        priced = price([PricingCartLine(product)], one)
        rows.append([words, yen(priced.total_minor), ", ".join(priced.outcomes[1].cuts)])
    lowest = floor_price(product, 3000)
    if rows[-1][1] != yen(lowest):
        raise ValueError("the floor is not where it should be")
    return rows


def allocation() -> Table:
    """Split ¥100 over three lines."""
    terms = ThresholdTerms("spend", 800, benefit=amount(100))
    priced = price(goods(COFFEE_SET, {1: 1, 2: 1, 3: 1}), offer(terms))
    whole = priced.list_minor
    rows = [["line", "exact share", "share", "pays"]]
    for line in priced.lines:
        hundredths = 100 * 100 * line.list_minor // whole
        exact = f"¥{hundredths // 100}.{hundredths % 100:02d}…"
        rows.append([yen(line.list_minor), exact, yen(line.discount_minor), yen(line.total_minor)])
    return rows


def taxes() -> Table:
    """Tax three lines by line and by document, rounded half up and down."""
    rows = [["prices", "rounded per", "mode", "net", "tax by line", "gross"]]
    lines = tuple(PricingCartLine(PricingProduct(number, 105, tax_basis_points=1000)) for number in (1, 2, 3))
    roundings: list[Rounding] = ["line", "document"]
    modes: list[RoundingMode] = ["half_up", "down", "up"]
    for included, rounding, mode in itertools.product((False, True), roundings, modes):
        priced = price_cart(
            cart=Cart(lines, tax_included=included),
            offers=OfferIndex([]),
            rules=Rules(rounding=rounding, rounding_mode=mode),
        )
        words = "3 × ¥105 including 10 % tax" if included else "3 × ¥105 plus 10 % tax"
        by_line = plus(line.tax_minor for line in priced.lines)
        rows.append([words, rounding, mode, yen(priced.net_minor), by_line, yen(priced.gross_minor)])
    return rows


def conversion() -> Table:
    """Show products that are priced the other way than the shop shows prices."""
    rows = [["price in the catalogue", "shop shows", "unit", "quantity", "net", "tax", "gross"]]
    for minor, rate, included in (
        (1000, 1000, False),
        (98, 800, False),
        (1100, 1000, True),
        (105, 1000, True),
    ):
        unit = price_in_mode(minor, rate, tax_included=included, wanted=not included, mode="half_up")
        words = f"{yen(minor)} {'including' if included else 'plus'} {rate // 100} % tax"
        shown = "prices without tax" if included else "prices with tax"
        for quantity in (1, 10):
            line = PricingCartLine(PricingProduct(1, unit, tax_basis_points=rate), quantity)
            cart = Cart((line,), tax_included=not included)
            priced = price_cart(cart=cart, offers=OfferIndex([]), rules=Rules())
            amounts = (priced.net_minor, priced.tax_minor, priced.gross_minor)
            rows.append([words, shown, yen(unit), str(quantity), *map(yen, amounts)])
    return rows
