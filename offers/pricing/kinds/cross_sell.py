"""Cross-sell: a benefit on one product while another is in the cart."""

from offers.pricing.board import Board, Stock, count, draw
from offers.pricing.claim import Claim, Missing
from offers.pricing.index import Roles
from offers.pricing.offer import Offer
from offers.pricing.terms import CrossSellTerms


def claim_cross_sell(terms: CrossSellTerms, offer: Offer, roles: Roles, board: Board) -> Claim:
    """Claim the benefit on the target's free units; triggers are counted, not taken.

    A unit that is both trigger and target is set aside as trigger only where other triggers do not
    suffice, the dearest first.
    """
    targets = board.pool(roles[0], of_list=offer.base == "list")
    missing = _set_triggers_aside(terms, roles, board, targets)
    units = count(targets)
    if not units:
        missing = (*missing, Missing("units", 1, terms.target))
    if missing:
        return Claim(missing=missing)
    if terms.benefit.kind == "none":
        return Claim(at_list=True)
    takes = draw(targets, units if terms.max_units is None else min(terms.max_units, units))
    return Claim(takes=board.priced(takes, terms.benefit, offer))


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
