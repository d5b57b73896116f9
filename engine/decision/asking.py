"""In which order offers are asked: the board of the placement first, then priority and age."""

from collections.abc import Iterator

from engine.decision.candidate import NOTHING
from engine.decision.context import Context
from engine.snapshot.conditions import each_bit
from engine.snapshot.records import OfferRecord

# Offers of one turn compete by expected value; smaller turns come first.
Turn = tuple[int, int]


def asking_order(context: Context, offers: int) -> Iterator[int]:
    """Yield the rows of the offers in the order in which they are asked.

    After a decline, the offer that a placement chose for this comes first; it is in the set only then.
    """
    placement = context.placement
    downsell = _downsell_of(context)
    if downsell != NOTHING and offers >> downsell & 1:
        yield downsell
        offers &= ~(1 << downsell)
    if placement is not None and placement.order is not None:
        yield from placement.order.sorted(offers)
        offers &= ~placement.order.mask
    yield from each_bit(offers)


def turn_of(context: Context, offer: OfferRecord) -> Turn:
    """Return the offer's turn: its own if it has a place on the board, else that of its priority."""
    placement = context.placement
    if offer.row == _downsell_of(context):
        return -1, 0
    if placement is not None and placement.order is not None:
        place = placement.order.place_of.get(offer.row)
        if place is not None:
            return 0, place
    return 1, -offer.priority


def _downsell_of(context: Context) -> int:
    """Return the offer that the placement shows after a decline, NOTHING where it chose none."""
    placement = context.placement
    return NOTHING if placement is None or placement.after_decline != "offer" else placement.downsell
