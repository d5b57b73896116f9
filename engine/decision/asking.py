"""In which order offers are asked: the board of the placement first, then priority and age."""

from collections.abc import Callable, Iterator
from operator import attrgetter

from engine.decision.candidate import NOTHING
from engine.decision.context import Context
from engine.snapshot.conditions import each_bit
from engine.snapshot.records import BoardOrder, OfferRecord

# Offers of one turn compete by expected value.
Turn = tuple[int, int]


def asking_order(context: Context, offers: int) -> Iterator[int]:
    """Return the rows of the offers in the order in which they are asked.

    After a decline, the offer that a placement chose for this comes first; it is in the set only then.
    """
    placement = context.placement
    downsell = _downsell_of(context)
    if placement is None or (placement.order is None and downsell == NOTHING):
        return each_bit(offers)
    return _by_board(placement.order, downsell, offers)


def _by_board(order: BoardOrder | None, downsell: int, offers: int) -> Iterator[int]:
    if downsell != NOTHING and offers >> downsell & 1:
        yield downsell
        offers &= ~(1 << downsell)
    if order is not None:
        yield from order.sorted(offers)
        offers &= ~order.mask
    yield from each_bit(offers)


def turns_of(context: Context) -> Callable[[OfferRecord], Turn | int]:
    """Return what tells the turn of an offer: most placements go by priority alone."""
    placement = context.placement
    downsell = _downsell_of(context)
    if placement is None or (placement.order is None and downsell == NOTHING):
        return attrgetter("priority")
    place_of = {} if placement.order is None else placement.order.place_of

    def turn_of(offer: OfferRecord) -> Turn:
        """Return the offer's own turn if it has a place on the board, else that of its priority."""
        if offer.row == downsell:
            return -1, 0
        place = place_of.get(offer.row)
        return (1, -offer.priority) if place is None else (0, place)

    return turn_of


def _downsell_of(context: Context) -> int:
    """Return the offer that the placement shows after a decline, NOTHING where it chose none."""
    placement = context.placement
    return NOTHING if placement is None or placement.after_decline != "offer" else placement.downsell
