"""The board of a placement: read it, and save it as a whole if nobody changed it meanwhile."""

from collections.abc import Sequence
from typing import Self

from django.db import transaction
from msgspec import Struct

from catalog.services.revision import raise_revision
from offers.models import AfterDecline, BoardEntry, FillIns, Offer, Placement, ReservedSlot


class SlotRule(Struct, frozen=True):
    """That a slot, counted from 1, is reserved for a kind of offer or for one offer, by primary key."""

    slot: int
    kind: str = ""
    offer: int | None = None


class Board(Struct, frozen=True):
    """What can be chosen on a board; offers are primary keys.

    `order` are the offers with a place of their own; without any, the placement asks by priority.
    """

    order: tuple[int, ...] = ()
    reserved: tuple[SlotRule, ...] = ()
    fill_ins: str = FillIns.ALL.value
    after_decline: str = AfterDecline.NEXT.value
    downsell: int | None = None

    @classmethod
    def of(cls, placement: Placement) -> Self:
        """Return the board as it is stored, without offers that left the placement; two queries."""
        entries = BoardEntry.objects.filter(placement=placement, offer__placements=placement)
        slots = ReservedSlot.objects.filter(placement=placement).order_by("slot")
        return cls(
            order=tuple(entries.order_by("position", "pk").values_list("offer_id", flat=True)),
            reserved=tuple(
                SlotRule(slot, kind, offer)
                for slot, kind, offer in slots.values_list("slot", "kind", "offer_id")
            ),
            fill_ins=placement.fill_ins,
            after_decline=placement.after_decline,
            downsell=placement.downsell_id,
        )


class BoardChangedError(Exception):
    """Somebody else saved the board after it was opened; `stored` is what it is now."""

    def __init__(self, stored: Board) -> None:
        super().__init__("The board was changed in the meantime.")
        self.stored = stored


@transaction.atomic
def save_board(*, placement: Placement, board: Board, opened: Board | None) -> Board:
    """Save the whole board and return what it was; raises BoardChangedError if that is not `opened`.

    Offers that left the placement, or are deleted, are left out.
    """
    row = Placement.objects.select_for_update(no_key=True, of=("self",)).get(pk=placement.pk)
    stored = Board.of(row)
    if stored != opened:
        raise BoardChangedError(stored)
    row.fill_ins, row.after_decline, row.downsell_id = board.fill_ins, board.after_decline, board.downsell
    row.save(update_fields=("fill_ins", "after_decline", "downsell"))
    BoardEntry.objects.filter(placement=row).delete()
    BoardEntry.objects.bulk_create(
        BoardEntry(placement=row, offer_id=offer, position=place)
        for place, offer in enumerate(_present(row, board.order))
    )
    ReservedSlot.objects.filter(placement=row).delete()
    ReservedSlot.objects.bulk_create(
        ReservedSlot(placement=row, slot=one.slot, kind=one.kind, offer_id=one.offer)
        for one in board.reserved
        if one.slot <= row.slot_count
    )
    raise_revision(domain="offers")
    return stored


def _present(placement: Placement, offers: Sequence[int]) -> list[int]:
    """Return those of the offers that are in the placement, each once, in their order."""
    present = set(Offer.objects.filter(placements=placement).values_list("pk", flat=True))
    return [offer for offer in dict.fromkeys(offers) if offer in present]
