"""Cross-sell: a benefit on one product while another is in the cart."""

from collections.abc import Mapping

from engine.pricing.board import Board, Stock, count
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import CrossSellTerms, Selector


def claim(terms: CrossSellTerms, offer: Offer, roles: Roles, lines: Lines, board: Board) -> Claim:
    """Claim the benefit on the target's free units; triggers are counted, not taken.

    A unit that is both trigger and target is set aside as trigger only where other triggers do not
    suffice, the dearest first. By acceptance the target are the units that were accepted.
    """
    targets = board.pool(roles[0], of_list=offer.base == "list")
    missing = _set_triggers_aside(terms, roles, board, targets)
    accepted = lines.accepted.get(offer.id, {}) if terms.by_acceptance else {}
    if terms.by_acceptance:
        targets = _accepted_only(targets, board, accepted)
    units = count(targets)
    if not units:
        target = Selector(frozenset(accepted)) if terms.by_acceptance else terms.target
        missing = (*missing, Missing("units", 1, target))
    if missing:
        return Claim(missing=missing)
    if terms.benefit.kind == "none":
        return Claim(at_list=True)
    most = units if terms.max_units is None else min(terms.max_units, units)
    return Claim(takes=board.draw(targets, most, terms.benefit, offer))


def _accepted_only(targets: list[Stock], board: Board, accepted: Mapping[int, int]) -> list[Stock]:
    """Leave as many units of each product as were accepted, the cheapest first."""
    left = dict(accepted)
    for stock in targets:
        product = board.lines[stock.line].product.id
        stock.quantity = min(stock.quantity, left.get(product, 0))
        left[product] = left.get(product, 0) - stock.quantity
    return [stock for stock in targets if stock.quantity]


def _set_triggers_aside(
    terms: CrossSellTerms, roles: Roles, board: Board, targets: list[Stock]
) -> tuple[Missing, ...]:
    if terms.trigger is None:
        return ()
    lines = board.lines
    both = set(roles[0])
    lacking = terms.trigger_count - sum(lines[row].quantity for row in roles[1] if row not in both)
    if lacking <= 0:
        return ()
    shared = set(roles[1]) & both
    for stock in reversed([stock for stock in targets if stock.line in shared]):
        aside = min(lacking, stock.quantity)
        stock.quantity -= aside
        lacking -= aside
    targets[:] = [stock for stock in targets if stock.quantity]
    return (Missing("units", lacking, terms.trigger),) if lacking else ()
