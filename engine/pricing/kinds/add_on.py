"""Add-on: options on a line, some of them included in its price."""

from engine.pricing.benefit import Benefit
from engine.pricing.board import Board, Take, count
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import AddOnTerms, Selector

FREE = Benefit("percent", 10_000)


def claim(terms: AddOnTerms, offer: Offer, roles: Roles, lines: Lines, board: Board) -> Claim:
    """Claim the included options of each parent line, and the benefit on those beyond.

    Counts hold for each unit of the parent. One parent line with too few or too many options keeps the
    offer from all: such a cart is not ready to be sold.
    """
    claimed = Claim(at_list=True)
    if not lines.options and not terms.min_count:
        return claimed
    lacking = 0
    for parent in roles[0]:
        units = board.lines[parent].quantity
        ours = [row for row in lines.options.get(parent, ()) if board.lines[row].product.id in terms.options]
        chosen = sum(board.lines[row].quantity for row in ours) // units
        lacking = max(lacking, terms.min_count - chosen)
        if terms.max_count is not None and chosen > terms.max_count:
            return Claim(reason="too_many_options")
        claimed.takes += _included(terms, offer, board, ours, units * terms.included_count)
    if lacking > 0:
        return Claim(missing=(Missing("options", lacking, Selector(terms.options)),))
    return claimed


def rows_of(_terms: AddOnTerms, roles: Roles, lines: Lines) -> set[int]:
    """Return the rows of all options of the parents."""
    return {option for parent in roles[0] for option in lines.options.get(parent, ())}


def _included(terms: AddOnTerms, offer: Offer, board: Board, rows: list[int], included: int) -> list[Take]:
    """Take the cheapest options free, the others at the benefit."""
    pool = board.pool(rows, of_list=True)
    free = board.draw(pool, min(included, count(pool)), FREE, offer)
    if terms.benefit.kind == "none":
        return free
    return free + board.draw(pool, count(pool), terms.benefit, offer)
