"""The cart that a proposal leads to, and its price under a single offer."""

from collections.abc import Iterable, Mapping

from engine.decision.context import Context
from engine.pricing import (
    Acceptance,
    Cart,
    PricedCart,
    PricingCartLine,
    PricingOutcome,
    Selector,
    Terms,
    price_cart,
)
from engine.snapshot.records import OfferRecord

# How many candidates a kind tries that prices each of them: a page has few slots.
TRIED = 8

# Product rows and their units.
Quantities = dict[int, int]


def terms_of(offer: OfferRecord) -> Terms | None:
    """Return the offer's terms, None where it can apply to nothing."""
    return None if offer.pricing is None else offer.pricing.terms


def seen_basket(context: Context, offer: OfferRecord, terms: Terms) -> Quantities:
    """Return what the offer sees of the cart, in its currency.

    The page's product counts as a unit that is about to be bought, unless it is in the cart.
    """
    currency, selectors = context.snapshot.products.currency, terms.selectors
    return {
        product: units
        for product, units in context.held.items()
        if units > 0
        and currency[product] == offer.currency
        and any(selector is not None and sees(context, selector, product) for selector in selectors)
    }


def sees(context: Context, selector: Selector, product: int) -> bool:
    """Tell whether the offer looks at the product of a row."""
    return selector.sees(context.snapshot.pricing.product(product))


def price_basket(context: Context, offer: OfferRecord, basket: Quantities) -> PricedCart:
    """Price one-time lines as if the offer were the only one."""
    return price_lines(context, offer, lines_of(context, basket))


def price_lines(context: Context, offer: OfferRecord, lines: Iterable[PricingCartLine]) -> PricedCart:
    """Price the lines as if the offer were the only one."""
    table = context.snapshot.pricing
    cart = cart_of(context, offer, lines)
    return price_cart(cart=cart, offers=table.alone(offer.row), rules=table.timeless_rules)


def lines_of(context: Context, units: Mapping[int, int]) -> list[PricingCartLine]:
    """Return one-time lines of so many units of these products."""
    product = context.snapshot.pricing.product
    return [PricingCartLine(product(row), count) for row, count in units.items()]


def cart_of(
    context: Context,
    offer: OfferRecord,
    lines: Iterable[PricingCartLine],
    accepted: tuple[Acceptance, ...] = (),
) -> Cart:
    """Return a cart in the offer's currency, with what was accepted."""
    return Cart(
        tuple(lines),
        currency=context.snapshot.currencies[offer.currency],
        tax_included=context.snapshot.pricing.tax_included,
        accepted=accepted,
    )


def outcome_of(offer: OfferRecord, priced: PricedCart) -> PricingOutcome:
    """Return what became of the offer."""
    return priced.outcome_of(offer.id)


def totals_of(context: Context, priced: PricedCart) -> Mapping[int, int]:
    """Return what each product's lines cost, by row."""
    totals: dict[int, int] = {}
    for line in priced.lines:
        row = context.snapshot.products.find_pk(line.product)
        totals[row] = totals.get(row, 0) + line.total_minor
    return totals
