"""Quantity tiers: buy more, pay less each."""

from collections.abc import Iterable, Sequence

from engine.pricing.benefit import LIST_PRICE
from engine.pricing.board import Board, count
from engine.pricing.cart import Product
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Line, Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import QuantityTerms


def claim(terms: QuantityTerms, offer: Offer, roles: Roles, _lines: Lines, board: Board) -> Claim:
    """Claim the tiers of each group of units that is counted together.

    A group that reaches a tier takes all its units, those at list price included: they were counted.
    Where no group does, what the nearest one lacks is missing.
    """
    claimed = Claim()
    steps = terms.tiers.steps
    first = lacking = steps[0].from_quantity
    for rows in _groups(terms, roles[0], board.lines):
        # The deeper tiers come last in `counts`, so the units that get them stand last in the pool.
        pool = board.pool(rows, dearest=terms.order == "cheapest_first", of_list=offer.base == "list")
        units = count(pool)
        if units < first:
            lacking = min(lacking, first - units)
            continue
        for place, quantity in enumerate(terms.tiers.counts(units)):
            if quantity:
                benefit = steps[place - 1].benefit if place else LIST_PRICE
                claimed.takes += board.draw(pool, quantity, benefit, offer)
    if not claimed.takes:
        claimed.missing = (Missing("units", lacking, terms.products),)
    return claimed


def _groups(terms: QuantityTerms, rows: list[int], lines: Sequence[Line]) -> Iterable[list[int]]:
    if terms.counting == "set" or len(rows) == 1:
        return [rows]
    groups: dict[int, list[int]] = {}
    for row in rows:
        groups.setdefault(group_of(terms, lines[row].product), []).append(row)
    return groups.values()


def group_of(terms: QuantityTerms, product: Product) -> int:
    """Return what names the units that are counted together with the product's."""
    if terms.counting == "set":
        return 0
    if terms.counting == "product":
        return product.id
    named = terms.products.categories.intersection(product.categories)
    # One group a product: the first of the named categories on its way to the root.
    own = (category for category in product.categories if not named or category in named)
    return next(own, 0)
