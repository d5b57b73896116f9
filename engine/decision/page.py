"""The slots of a page as they fill, and the guards that depend on what the page shows already."""

from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from msgspec import Struct

from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.snapshot.records import OfferRecord


class Slot(Struct):
    """A slot that is filled."""

    offer: OfferRecord
    candidate: Candidate
    priced: Priced


class Page:
    """The filled slots of a placement, best first, its `free_count` free ones, and what the page shows.

    `shown` holds the marks of what the slots of all placements show so far, `ladders` which offer shows a
    step of which ladder. `held` are the products of page and cart.
    """

    def __init__(self, context: Context, slot_count: int) -> None:
        self.shown: set[Hashable] = set()
        self.ladders: dict[int, int] = {}
        self.ladder_of = context.snapshot.ladders.ladder
        self.begin_placement(context, slot_count)

    def begin_placement(self, context: Context, slot_count: int) -> None:
        """Turn to the slots of the page's next placement; an offer continues no ladder of an earlier one."""
        self.slots: list[Slot] = []
        self.free_count = slot_count
        self.held = frozenset(context.products)
        self.ladders = dict.fromkeys(self.ladders, NOTHING)

    def place(self, slot: Slot) -> None:
        """Fill the next slot, and remember what must not be shown twice."""
        self.slots.append(slot)
        self.free_count -= 1
        self.shown.update(self.marks_of(slot.candidate))
        if slot.candidate.to_tier != NOTHING:
            self.ladders[self.ladder_of[slot.candidate.to_tier]] = slot.offer.row

    def marks_of(self, candidate: Candidate) -> tuple[Hashable, ...]:
        """Return what a page shows only once: products, or what a change is about and the products it brings.

        A change brings gifts, and a product that neither page nor cart holds.
        """
        change = candidate.change
        if change is None:
            return tuple([product for product, _units in candidate.parts])
        brought = [product for product, _units in change.parts] if change.given else []
        if candidate.product != NOTHING and candidate.product not in self.held:
            brought.append(candidate.product)
        return (change.about, *brought)

    def removed_by(self, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Return the reason of the first guard that keeps the candidate off this page, None if none does.

        Most candidates are single products of no ladder: one step answers `_NOVELTY_GUARDS` for them.
        """
        is_new = (
            candidate.product not in self.shown
            and candidate.items is None
            and candidate.change is None
            and candidate.to_tier == NOTHING
        )
        for reason, removes in PAGE_GUARDS[_NOVELTY_GUARD_COUNT:] if is_new else PAGE_GUARDS:
            if removes(self, offer, candidate):
                return reason
        return None


class PageGuard(NamedTuple):
    """A filter that depends on the slots filled so far."""

    reason: str
    removes: Callable[[Page, OfferRecord, Candidate], bool]


def is_already_proposed(page: Page, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a slot shows a part of the candidate, or a change about the same thing."""
    del offer
    return not page.shown.isdisjoint(page.marks_of(candidate))


def is_ladder_already_shown(page: Page, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether another offer shows a step of the candidate's ladder."""
    if candidate.to_tier == NOTHING:
        return False
    return page.ladders.get(page.ladder_of[candidate.to_tier], offer.row) != offer.row


# The guards of a product of no ladder, in the order in which they are asked. Do not add one here:
# `Page.removed_by` answers all of these in one step for most candidates. Add it to `PAGE_GUARDS`.
_NOVELTY_GUARDS: Final = (
    PageGuard("already_proposed", is_already_proposed),
    PageGuard("ladder_already_shown", is_ladder_already_shown),
)
_NOVELTY_GUARD_COUNT: Final = len(_NOVELTY_GUARDS)
# All guards of a page, in the order in which they are asked.
PAGE_GUARDS: list[PageGuard] = [
    *_NOVELTY_GUARDS,
    # Add your guard here.
]


def register_page_guard(guard: PageGuard) -> None:
    """Ask one more guard about every candidate for a slot; raise ValueError if its reason is taken.

    Call it in `AppConfig.ready()` of your app, so that every process asks the guard.
    """
    if any(known.reason == guard.reason for known in PAGE_GUARDS):
        raise ValueError(f"There is a page guard with the reason {guard.reason!r} already.")
    PAGE_GUARDS.append(guard)
