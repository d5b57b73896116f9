"""The slots of a page as they fill, and the guards that depend on what the page shows already."""

from collections.abc import Hashable
from typing import Final

from msgspec import Struct

from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.decision.guards import Guard, GuardList
from engine.snapshot.records import OfferRecord


class Slot(Struct):
    """A slot that is filled."""

    offer: OfferRecord
    candidate: Candidate
    priced: Priced


class Page:
    """The filled slots, best first, and `free_count` free ones.

    `shown` holds the marks of what the slots show, `ladders` which offer shows a step of which ladder.
    """

    def __init__(self, context: Context, slot_count: int) -> None:
        self.slots: list[Slot] = []
        self.shown: set[Hashable] = set()
        self.ladders: dict[int, int] = {}
        self.free_count = slot_count
        self.ladder_of = context.snapshot.ladders.ladder

    def place(self, slot: Slot) -> None:
        """Fill the next slot, and remember what must not be shown twice."""
        self.slots.append(slot)
        self.free_count -= 1
        self.shown.update(slot.candidate.marks)
        if slot.candidate.to_tier != NOTHING:
            self.ladders[self.ladder_of[slot.candidate.to_tier]] = slot.offer.row

    def removed_by(self, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Return the reason of the first guard that keeps the candidate off this page, None if none does.

        Most candidates are single products of no ladder, about which only `shown` needs a look.
        """
        is_new = (
            candidate.product not in self.shown
            and candidate.items is None
            and candidate.change is None
            and candidate.to_tier == NOTHING
        )
        return PAGE_GUARDS.first_reason(self, offer, candidate, passes_usual=is_new)


def is_already_proposed(page: Page, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a slot shows a part of the candidate, or a change about the same thing."""
    del offer
    return not page.shown.isdisjoint(candidate.marks)


def is_ladder_already_shown(page: Page, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether another offer shows a step of the candidate's ladder."""
    if candidate.to_tier == NOTHING:
        return False
    return page.ladders.get(page.ladder_of[candidate.to_tier], offer.row) != offer.row


PAGE_GUARDS: Final = GuardList[Page](
    # The guards of a product of no ladder. Do not add one here: `Page.removed_by` answers them in one step.
    usual=(
        Guard("already_proposed", is_already_proposed),
        Guard("ladder_already_shown", is_ladder_already_shown),
    ),
    others=(
        # Add your guard here.
    ),
)
