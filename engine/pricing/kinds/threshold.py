"""Threshold: from a spend or a number of units on, a percentage, an amount, a gift or free shipping."""

from engine.pricing.allocation import allocate
from engine.pricing.benefit import LIST_PRICE
from engine.pricing.board import Board, Take
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import ThresholdTerms


def claim(terms: ThresholdTerms, offer: Offer, roles: Roles, _lines: Lines, board: Board) -> Claim:
    """Claim the reward once enough is spent or bought; what is counted is not used up by it."""
    lacking = terms.at_least - _measured(terms, roles[0], board)
    if lacking > 0:
        return Claim(
            missing=(Missing("spend" if terms.measure == "spend" else "units", lacking, terms.counted),)
        )
    claimed = Claim(gift=terms.gift, free_shipping=terms.free_shipping)
    if terms.benefit.kind == "none":
        claimed.at_list = True
        return claimed
    if terms.target is not None and not roles[1]:
        claimed.missing = (Missing("units", 1, terms.target),)
    elif terms.benefit.kind == "percent":
        claimed.takes = board.take_all(roles[1], terms.benefit, offer)
    else:
        claimed.takes = _split(board.take_all(roles[1], LIST_PRICE, offer), terms.benefit.value, board)
    return claimed


def rows_of(terms: ThresholdTerms, roles: Roles, _lines: Lines) -> set[int]:
    """Return the rows that are discounted, and those that are counted while their prices fall."""
    counted = roles[0] if terms.base == "running" else []
    return set(counted) if terms.benefit.kind == "none" else {*roles[1], *counted}


def _measured(terms: ThresholdTerms, rows: list[int], board: Board) -> int:
    """Return the spend in minor units, or the number of units; options are spend, but no units."""
    if terms.measure == "quantity":
        return sum(board.lines[row].quantity for row in rows if board.lines[row].parent is None)
    if terms.base == "lane_entry":
        return sum([board.entry[row] for row in rows])
    return sum(board.total(row) for row in rows)


def _split(takes: list[Take], amount: int, board: Board) -> list[Take]:
    """Split the amount over the lines by what they cost now, then over the runs of each line."""
    takes.sort(key=lambda take: (take.line, take.run))
    by_line: dict[int, list[Take]] = {}
    for take in takes:
        by_line.setdefault(take.line, []).append(take)
    costs = [sum(board.price(take) * take.quantity for take in ours) for ours in by_line.values()]
    shares = allocate(min(amount, sum(costs)), costs)
    for ours, share in zip(by_line.values(), shares, strict=True):
        parts = allocate(share, [board.price(take) * take.quantity for take in ours])
        for take, part in zip(ours, parts, strict=True):
            take.amount_minor = part
    return takes
