"""What an offer asks for on a board, and what the floors leave of it."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from engine.pricing.allocation import allocate
from engine.pricing.benefit import BASIS_POINTS
from engine.pricing.board import Board, Take
from engine.pricing.cart import Product
from engine.pricing.offer import Offer
from engine.pricing.terms import Gift, Selector

MissingKind = Literal["spend", "units", "acceptance", "options"]
Reason = Literal["currency", "not_started", "nothing_to_replace", "too_many_options", "interval", "no_saving"]
Cut = Literal["max_discount", "margin_floor"]


class Missing(Struct, frozen=True, gc=False):
    """What the cart lacks: `amount` minor units of spend or units, and of which products."""

    kind: MissingKind
    amount: int
    products: Selector


class Claim(Struct, gc=False):
    """What an offer takes, or why it takes nothing. `times` counts the groups of a repeating offer.

    `saving` is what the shopper saves by it, in minor units, once it is added up; 0 where it takes nothing.
    """

    takes: list[Take] = []
    missing: tuple[Missing, ...] = ()
    reason: str | None = None
    times: int = 1
    gift: Gift | None = None
    free_shipping: bool = False
    at_list: bool = False
    cuts: tuple[Cut, ...] = ()
    saving: int = 0

    @property
    def lines(self) -> set[int]:
        """Return the lines of which it takes units."""
        return {take.line for take in self.takes}

    def add_up(self) -> None:
        """Set the saving: what it takes off, and the gift."""
        saving = 0
        for take in self.takes:
            saving += take.amount_minor
        if self.gift is not None:
            saving += self.gift.product.list_minor * self.gift.quantity
        self.saving = saving

    @property
    def holds_at_list(self) -> bool:
        """Tell whether the offer applies without saving anything: at list price, or free shipping."""
        return not self.missing and not self.reason and (self.at_list or self.free_shipping)


def floor_price(product: Product, margin_basis_points: int, *, tax_included: bool) -> int:
    """Return the lowest price a unit may have: (net price - cost) ÷ net price ≥ margin; minor units.

    0 where the cost is not known. Rounded up, so that the margin holds to the last minor unit.
    """
    if product.cost_minor is None:
        return 0
    net = -(-product.cost_minor * BASIS_POINTS // (BASIS_POINTS - margin_basis_points))
    if not tax_included:
        return net
    return -(-net * (BASIS_POINTS + product.tax_basis_points) // BASIS_POINTS)


def cut_to_floors(claim: Claim, offer: Offer, board: Board, *, tax_included: bool) -> None:
    """Cut the claim to the offer's margin floor and `max_discount`, and name the cuts.

    What a margin floor takes from a unit goes to no other. The largest discount is split over what was
    claimed by largest remainder, ties by line.
    """
    if offer.margin_basis_points is not None:
        _keep_margin(claim, board, offer.margin_basis_points, tax_included=tax_included)
    most = offer.max_discount_minor
    if most is not None and sum(take.amount_minor for take in claim.takes) > most:
        claim.takes.sort(key=lambda take: (take.line, take.run))
        shares = allocate(most, [take.amount_minor for take in claim.takes])
        _set_amounts(claim.takes, shares)
        claim.cuts = (*claim.cuts, "max_discount")


def _keep_margin(claim: Claim, board: Board, margin_basis_points: int, *, tax_included: bool) -> None:
    for take in claim.takes:
        if not take.amount_minor:
            continue
        floor = floor_price(board.lines[take.line].product, margin_basis_points, tax_included=tax_included)
        most = max(board.price(take) - floor, 0) * take.quantity
        if take.amount_minor > most:
            take.amount_minor = most
            claim.cuts = ("margin_floor",)


def _set_amounts(takes: Sequence[Take], amounts: Sequence[int]) -> None:
    for take, amount in zip(takes, amounts, strict=True):
        take.amount_minor = amount
