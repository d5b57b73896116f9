"""The floors of a discount: an offer's largest discount, and the margin that must remain."""

from collections.abc import Iterable

from msgspec.structs import replace

from engine.pricing.benefit import BASIS_POINTS
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim
from engine.pricing.offer import PricingOffer
from engine.pricing.running_prices import RunningPrices, Take, spread
from engine.pricing.tax import GROSS, TaxRule, tax_of


def floor_price(product: PricingProduct, margin_basis_points: int, tax_rule: TaxRule = GROSS) -> int:
    """Return the lowest price a unit may have: (net price - cost) ÷ net price ≥ margin; minor units.

    0 where the cost is not known. Net is what remains of the price after the tax that is charged on it, which
    is rounded to the minor unit: so the margin holds to the last one, and one minor unit less would break it.
    """
    if product.cost_minor is None:
        return 0
    net = -(-product.cost_minor * BASIS_POINTS // (BASIS_POINTS - margin_basis_points))
    if not tax_rule.tax_included:
        return net
    rate = product.tax_basis_points
    # Rounding the tax moves the net price by less than one minor unit, so the price is not below this one.
    price = max((net - 1) * (BASIS_POINTS + rate) // BASIS_POINTS, 0)
    while price - tax_of(price, rate, tax_included=True, mode=tax_rule.mode) < net:
        price += 1
    return price


def cut_to_floors(claim: Claim, offer: PricingOffer, prices: RunningPrices) -> None:
    """Cut the claim to the offer's margin floor and `max_discount`, and name the cuts.

    What a margin floor takes from a unit goes to no other. The largest discount is split in proportion to
    what was claimed, by line and then by unit.
    """
    if offer.margin_basis_points is not None:
        keep_margin(claim.takes, offer.margin_basis_points, prices)
        if any(take.is_cut for take in claim.takes):
            claim.cuts = ("margin_floor",)
    most = offer.max_discount_minor
    if most is not None and sum(take.amount_minor for take in claim.takes) > most:
        claim.takes = spread(_even(claim.takes), most, lambda take: take.amount_minor // take.quantity)
        claim.cuts = (*claim.cuts, "max_discount")


def keep_margin(takes: Iterable[Take], margin_basis_points: int, prices: RunningPrices) -> None:
    """Cut each take to the price at which the margin remains, and mark those that are cut."""
    for take in takes:
        if not take.amount_minor:
            continue
        product = prices.lines[take.line].product
        floor = floor_price(product, margin_basis_points, prices.tax_rule)
        most = max(prices.price(take) - floor, 0) * take.quantity
        if take.amount_minor > most:
            take.amount_minor = most
            take.is_cut = True


def _even(takes: Iterable[Take]) -> list[Take]:
    """Return takes of the same units in which all units get the same amount."""
    even = []
    for take in takes:
        each, odd = divmod(take.amount_minor, take.quantity)
        if odd:
            even.append(replace(take, quantity=odd, amount_minor=odd * (each + 1)))
        rest = take.quantity - odd
        even.append(replace(take, quantity=rest, amount_minor=rest * each))
    return even
