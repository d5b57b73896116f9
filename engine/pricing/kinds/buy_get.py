"""Buy X get Y: for every x units bought, y units at a benefit."""

from engine.pricing.benefit import LIST_PRICE
from engine.pricing.board import Board, Stock, Take, count
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import BuyGetTerms


def claim(terms: BuyGetTerms, offer: Offer, roles: Roles, _lines: Lines, board: Board) -> Claim:
    """Reserve the qualifiers, then take the targets; a unit counts once, as the one or as the other.

    Units that can only qualify are reserved first. Of those that can be both, the ones that the
    benefit would come to last are.
    """
    of_list = offer.base == "list"
    dearest = terms.order == "dearest_first"
    shared = set(roles[0]) & set(roles[1])
    qualifiers = board.pool([row for row in roles[0] if row not in shared], of_list=of_list)
    targets = board.pool(roles[1], dearest=dearest, of_list=of_list)
    only = count(qualifiers)
    either = count(stock for stock in targets if stock.line in shared)
    times = _times(terms, only, either, count(targets))
    if not times:
        return Claim(missing=_missing(terms, only, either, count(targets)))
    reserved = board.draw(qualifiers, min(times * terms.buy_count, only), LIST_PRICE, offer)
    reserved += _reserve(targets, shared, times * terms.buy_count - only)
    takes = board.draw(targets, times * terms.get_count, terms.benefit, offer)
    return Claim(takes=reserved + takes, times=times)


def _times(terms: BuyGetTerms, only: int, either: int, targets: int) -> int:
    """Return how often the offer applies: enough of each, and enough of both together."""
    times = min(
        (only + either) // terms.buy_count,
        targets // terms.get_count,
        (only + targets) // (terms.buy_count + terms.get_count),
    )
    return times if terms.max_times is None else min(times, terms.max_times)


def _reserve(targets: list[Stock], shared: set[int], lacking: int) -> list[Take]:
    """Reserve qualifiers among the targets, from the end that the benefit comes to last."""
    reserved = []
    for stock in reversed(targets):
        if lacking > 0 and stock.line in shared:
            units = min(lacking, stock.quantity)
            reserved.append(Take(stock.line, stock.run, units))
            stock.quantity -= units
            lacking -= units
    targets[:] = [stock for stock in targets if stock.quantity]
    return reserved


def _missing(terms: BuyGetTerms, only: int, either: int, targets: int) -> tuple[Missing, ...]:
    """Return the fewest units of `buy`, then of `get`, with which the offer applies once.

    Where both are the same set, they are told together.
    """
    buy = max(terms.buy_count - only - either, 0)
    # What is left of the units that can be both, once the qualifiers are reserved.
    left = targets - max(terms.buy_count - only, 0) if not buy else targets - either
    get = max(terms.get_count - left, 0)
    if buy and terms.buy == terms.get:
        return (Missing("units", buy + get, terms.buy),)
    missing = []
    if buy:
        missing.append(Missing("units", buy, terms.buy))
    if get:
        missing.append(Missing("units", get, terms.get))
    return tuple(missing)
