"""The floors of a discount: an offer's largest discount, and the margin that must remain."""

from collections.abc import Sequence

from engine.pricing.allocation import allocate
from engine.pricing.benefit import BASIS_POINTS
from engine.pricing.cart import PricingProduct
from engine.pricing.claim import Claim
from engine.pricing.offer import PricingOffer
from engine.pricing.running_prices import RunningPrices, Take


def floor_price(product: PricingProduct, margin_basis_points: int, *, tax_included: bool) -> int:
    """Return the lowest price a unit may have: (net price - cost) ÷ net price ≥ margin; minor units.

    0 where the cost is not known. Rounded up, so that the margin holds to the last minor unit.
    """
    if product.cost_minor is None:
        return 0
    net = -(-product.cost_minor * BASIS_POINTS // (BASIS_POINTS - margin_basis_points))
    if not tax_included:
        return net
    return -(-net * (BASIS_POINTS + product.tax_basis_points) // BASIS_POINTS)


def cut_to_floors(claim: Claim, offer: PricingOffer, prices: RunningPrices, *, tax_included: bool) -> None:
    """Cut the claim to the offer's margin floor and `max_discount`, and name the cuts.

    What a margin floor takes from a unit goes to no other. The largest discount is split over what was
    claimed by largest remainder, ties by line.
    """
    if offer.margin_basis_points is not None:
        _keep_margin(claim, prices, offer.margin_basis_points, tax_included=tax_included)
    most = offer.max_discount_minor
    if most is not None and sum(take.amount_minor for take in claim.takes) > most:
        claim.takes.sort(key=lambda take: (take.line, take.run))
        shares = allocate(most, [take.amount_minor for take in claim.takes])
        _set_amounts(claim.takes, shares)
        claim.cuts = (*claim.cuts, "max_discount")


def _keep_margin(
    claim: Claim, prices: RunningPrices, margin_basis_points: int, *, tax_included: bool
) -> None:
    for take in claim.takes:
        if not take.amount_minor:
            continue
        floor = floor_price(prices.lines[take.line].product, margin_basis_points, tax_included=tax_included)
        most = max(prices.price(take) - floor, 0) * take.quantity
        if take.amount_minor > most:
            take.amount_minor = most
            claim.cuts = ("margin_floor",)


def _set_amounts(takes: Sequence[Take], amounts: Sequence[int]) -> None:
    for take, amount in zip(takes, amounts, strict=True):
        take.amount_minor = amount
