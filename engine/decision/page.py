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
    """The filled slots of a placement, best first, its `free_count` free ones, and what the page shows.

    There are no more free slots than offers that the shopper may still see; `placed_count` were filled.
    `shown` holds the marks of what the slots of all placements show so far, `named` their products and those
    of their hints, `ladders` which offer shows a step of which ladder. `held` are the products of page and
    cart.
    """

    def __init__(self, context: Context, slot_count: int) -> None:
        self.shown: set[Hashable] = set()
        self.named: set[int] = set()
        self.ladders: dict[int, int] = {}
        self.ladder_of = context.snapshot.ladders.ladder
        self.placed_count = 0
        self.begin_placement(context, slot_count)

    def begin_placement(self, context: Context, slot_count: int) -> None:
        """Turn to the slots of the page's next placement; an offer continues no ladder of an earlier one."""
        self.slots: list[Slot] = []
        self.free_count, room = slot_count, context.restraint.room
        if room is not None:
            self.free_count = max(min(slot_count, room - self.placed_count), 0)
        self.held = frozenset(context.products)
        self.ladders = dict.fromkeys(self.ladders, NOTHING)

    def place(self, slot: Slot) -> None:
        """Fill the next slot, and remember what must not be shown twice."""
        self.slots.append(slot)
        self.free_count -= 1
        self.placed_count += 1
        self.shown.update(self.marks_of(slot.candidate))
        self.named.update([product for product, _units in slot.candidate.parts])
        if slot.candidate.to_tier != NOTHING:
            self.ladders[self.ladder_of[slot.candidate.to_tier]] = slot.offer.row

    def marks_of(self, candidate: Candidate) -> tuple[Hashable, ...]:
        """Return what a page shows only once: products, or what a change is about and the products it brings.

        A change brings gifts, and products that neither page nor cart holds, such as options.
        """
        change = candidate.change
        if change is None:
            return tuple([product for product, _units in candidate.parts])
        brought = [product for product, _units in change.parts if change.given or product not in self.held]
        if candidate.product != NOTHING and candidate.product not in self.held:
            brought.append(candidate.product)
        return (change.about, *brought)

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
    return not page.shown.isdisjoint(page.marks_of(candidate))


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
