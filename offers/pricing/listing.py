"""What every pricing asks about an offer, worked out once."""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from offers.pricing.answer import Outcome
from offers.pricing.claim import Missing
from offers.pricing.lines import Line
from offers.pricing.offer import Offer
from offers.pricing.terms import (
    ACCEPTED,
    BuyGetTerms,
    CrossSellTerms,
    QuantityTerms,
    Selector,
    Terms,
    UpgradeTerms,
    selectors_of,
)

# `same`: two roles that see the same lines.
Sees = Literal["one", "same", "two"]


class Need(Struct, frozen=True, gc=False):
    """The fewest units ≥ 1 of what an offer sees with which it claims anything.

    They lie on one line, or `together` on all lines that it sees.
    """

    units: int
    of: Selector
    together: bool

    def missing(self, rows: Sequence[int], lines: Sequence[Line]) -> tuple[Missing, ...]:
        """Return what the lines lack, as far as it is plain without a board; () if they may suffice."""
        if len(rows) == 1:
            held = lines[rows[0]].quantity
        elif self.together:
            held = sum([lines[row].quantity for row in rows])
        else:
            return ()
        return (Missing("units", self.units - held, self.of),) if held < self.units else ()


class Listed(Struct, frozen=True, gc=False):
    """An offer, how many sets of lines it looks at, and what it needs at least."""

    offer: Offer
    sees: Sees
    need: Need | None


def list_offer(offer: Offer) -> Listed:
    """Prepare the offer."""
    selectors = selectors_of(offer.terms)
    sees: Sees = "one"
    if len(selectors) > 1:
        sees = "same" if selectors[0] == selectors[1] != ACCEPTED else "two"
    return Listed(offer, sees, _need_of(offer.terms))


def _need_of(terms: Terms) -> Need | None:
    match terms:
        case QuantityTerms():
            return Need(terms.tiers.first_quantity, terms.products, terms.counting == "set")
        case BuyGetTerms() if terms.buy == terms.get:
            return Need(terms.buy_count + terms.get_count, terms.buy, together=True)
        case _:
            return None


def outcomes_alone(offer: Offer) -> Iterator[tuple[int, Outcome]]:
    """Yield the roles that alone, the other one seeing nothing, settle what becomes of the offer."""
    terms = offer.terms
    if isinstance(terms, UpgradeTerms):
        yield 0, Outcome(offer.id, "not_yet", missing=(Missing("acceptance", 1, terms.replaces),))
    elif isinstance(terms, CrossSellTerms) and terms.trigger is not None and not terms.by_acceptance:
        trigger = Missing("units", terms.trigger_count, terms.trigger)
        yield 0, Outcome(offer.id, "not_yet", missing=(trigger,))
        if terms.trigger_count == 1:
            yield 1, Outcome(offer.id, "not_yet", missing=(Missing("units", 1, terms.target),))


def is_by_acceptance(offer: Offer) -> bool:
    """Tell whether the offer applies to nothing but what a shopper accepted."""
    terms = offer.terms
    return isinstance(terms, UpgradeTerms) or (isinstance(terms, CrossSellTerms) and terms.by_acceptance)
