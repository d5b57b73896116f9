"""The slots of a page as they fill, and the guards that depend on what the page shows already."""

from collections.abc import Hashable, Sequence
from typing import Final

from msgspec import Struct

from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.decision.guards import Guard, GuardList
from engine.snapshot.records import OfferRecord


class Slot(Struct):
    """A slot that is filled; `position` counts from 1."""

    offer: OfferRecord
    candidate: Candidate
    priced: Priced
    position: int = 0


class Page:
    """The filled slots of a placement, best first, its `free_count` free ones, and what the page shows.

    There are no more free slots than offers that the shopper may still see; `placed_count` were filled.
    The page `is_capped` if these are fewer than the slots that are open.
    `shown` holds the marks of what the slots of all placements show so far, `named` their products and those
    of their hints, `ladders` which offer shows a step of which ladder. `held` are the products of page and
    cart. `touched` are those of them that slots change, `brought` the products that slots add to them.
    """

    def __init__(self, context: Context, slot_count: int) -> None:
        self.shown: set[Hashable] = set()
        self.brought: set[int] = set()
        self.touched: set[int] = set()
        self.named: set[int] = set()
        self.ladders: dict[int, int] = {}
        self.ladder_of = context.snapshot.ladders.ladder
        self.placed_count = 0
        self.begin_placement(context, slot_count)

    def begin_placement(self, context: Context, slot_count: int) -> None:
        """Turn to the slots of the page's next placement; an offer continues no ladder of an earlier one."""
        self.slots: list[Slot] = []
        self._room = context.restraint.room
        self.slot_count = slot_count
        self.open_slots(range(1, slot_count + 1))
        self.held = frozenset(context.products)
        self.ladders = dict.fromkeys(self.ladders, NOTHING)

    def open_slots(self, positions: Sequence[int]) -> None:
        """Let these slots, ascending, be filled from now on, and no others."""
        self._positions = iter(positions)
        self.free_count = len(positions)
        if self._room is not None:
            self.free_count = max(min(self.free_count, self._room - self.placed_count), 0)
        self.is_capped = self.free_count < len(positions)

    def place(self, slot: Slot) -> None:
        """Fill the next open slot, and remember what must not be shown twice."""
        slot.position = next(self._positions)
        candidate, change = slot.candidate, slot.candidate.change
        if change is not None and change.choices:
            taken = self.shown | self.touched
            change.choices = tuple([row for row in change.choices if row in self.held or row not in taken])
            self.named.update(change.choices)
            added = [row for row in change.choices if row not in self.held]
            self.shown.update(added)
            self.brought.update(added)
        self.slots.append(slot)
        self.free_count -= 1
        self.placed_count += 1
        if candidate.is_single:
            self._show_product(candidate.product)
        else:
            self.shown.update(self.marks_of(candidate))
            self.brought.update(self.brought_by(candidate))
            self.touched.update(self.touched_by(candidate))
            self.named.update([product for product, _units in candidate.parts])
        if candidate.to_tier != NOTHING:
            self.ladders[self.ladder_of[candidate.to_tier]] = slot.offer.row

    def _show_product(self, product: int) -> None:
        """Remember a single product: its mark is its row, and it touches nothing."""
        self.shown.add(product)
        self.named.add(product)
        if product not in self.held:
            self.brought.add(product)

    def marks_of(self, candidate: Candidate) -> tuple[Hashable, ...]:
        """Return what a page shows only once: products, or what a change is about and what it brings."""
        change = candidate.change
        if change is None:
            return tuple([product for product, _units in candidate.parts])
        return (change.about, *self.brought_by(candidate))

    def brought_by(self, candidate: Candidate) -> list[int]:
        """Return the gifts of a candidate, and its products that neither page nor cart holds."""
        change = candidate.change
        given = change is not None and change.given
        brought = [product for product, _units in candidate.parts if given or product not in self.held]
        if change is not None and candidate.product != NOTHING and candidate.product not in self.held:
            brought.append(candidate.product)
        return brought

    def touched_by(self, candidate: Candidate) -> list[int]:
        """Return the products of page or cart that a change is about: each may change in several ways."""
        change = candidate.change
        if change is None or change.given:
            return []
        return [product for product, _units in change.parts if product in self.held]

    def removed_by(self, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Return the reason of the first guard that keeps the candidate off this page, None if none does.

        Most candidates are single products of no ladder, about which only `shown` needs a look.
        """
        is_new = (
            candidate.product not in self.shown
            and candidate.product not in self.touched
            and candidate.items is None
            and candidate.change is None
            and candidate.to_tier == NOTHING
        )
        if is_new and not PAGE_GUARDS.others:
            return None
        return PAGE_GUARDS.first_reason(self, offer, candidate, passes_usual=is_new)


def is_already_proposed(page: Page, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a slot shows a part of the candidate, or a change about the same thing.

    A product that one placement holds and changes is not brought by another that does not hold it.
    """
    del offer
    return not (
        page.shown.isdisjoint(page.marks_of(candidate))
        and page.touched.isdisjoint(page.brought_by(candidate))
        and page.brought.isdisjoint(page.touched_by(candidate))
    )


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
