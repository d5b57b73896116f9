"""What every pricing asks about an offer, worked out once."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

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


class Listed(NamedTuple):
    """An offer, how many sets of lines it looks at, and what it needs at least.

    Where it depends on both of its roles, `settled_first` is what becomes of it while only the first one
    sees something, `settled_second` while only the second one does.
    """

    offer: Offer
    sees: Sees
    need: Need | None
    settled_first: Outcome | None
    settled_second: Outcome | None


def list_offer(offer: Offer) -> Listed:
    """Prepare the offer."""
    selectors = selectors_of(offer.terms)
    sees: Sees = "one"
    if len(selectors) > 1:
        sees = "same" if selectors[0] == selectors[1] != ACCEPTED else "two"
    settled = _settled(offer) if sees == "two" else (None, None)
    return Listed(offer, sees, _need_of(offer.terms), *settled)


def _need_of(terms: Terms) -> Need | None:
    match terms:
        case QuantityTerms():
            return Need(terms.tiers.first_quantity, terms.products, terms.counting == "set")
        case BuyGetTerms() if terms.buy == terms.get:
            return Need(terms.buy_count + terms.get_count, terms.buy, together=True)
        case _:
            return None


def _settled(offer: Offer) -> tuple[Outcome | None, Outcome | None]:
    """Return the outcome that each role alone leads to, the other seeing nothing; None where it depends."""
    terms = offer.terms
    if isinstance(terms, UpgradeTerms):
        return Outcome(offer.id, "not_yet", missing=(Missing("acceptance", 1, terms.replaces),)), None
    if not isinstance(terms, CrossSellTerms) or terms.trigger is None or terms.trigger_count > 1:
        return None, None
    lacks_trigger = Missing("units", 1, terms.trigger)
    lacks_target = Missing("units", 1, terms.target)
    return (
        Outcome(offer.id, "not_yet", missing=(lacks_trigger,)),
        Outcome(offer.id, "not_yet", missing=(lacks_target,)),
    )


def is_by_acceptance(offer: Offer) -> bool:
    """Tell whether the offer applies to nothing but what a shopper accepted."""
    terms = offer.terms
    return isinstance(terms, UpgradeTerms) or (isinstance(terms, CrossSellTerms) and terms.by_acceptance)
