"""Upgrade: the dearer product at its benefit, once the shopper takes it instead of the plainer one."""

from engine.pricing.board import Board, count
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import UpgradeTerms


def claim(terms: UpgradeTerms, offer: Offer, roles: Roles, lines: Lines, board: Board) -> Claim:
    """Claim the benefit on the units that came in by the upgrade."""
    accepted = lines.accepted.get(offer.id)
    if not accepted:
        if roles[0]:
            return Claim(missing=(Missing("acceptance", 1, terms.replaces),))
        return Claim(reason="nothing_to_replace")
    if terms.benefit.kind == "none":
        return Claim(at_list=True)
    claimed = Claim()
    for product in sorted(accepted):
        pool = board.pool([row for row in roles[1] if board.lines[row].product.id == product])
        units = min(accepted[product], count(pool))
        claimed.takes += board.draw(pool, units, terms.benefit, offer)
    return claimed
