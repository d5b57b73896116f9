"""What every pricing asks about an offer, worked out once."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.answer import Outcome
from engine.pricing.claim import Missing
from engine.pricing.lines import Line
from engine.pricing.offer import Offer
from engine.pricing.terms import (
    ACCEPTED,
    BuyGetTerms,
    CrossSellTerms,
    QuantityTerms,
    Selector,
    UpgradeTerms,
    selectors_of,
)

# `same`: two roles that see the same lines.
Sees = Literal["one", "same", "two"]


class Need(Struct, frozen=True, gc=False):
    """The fewest units ≥ 1 of what an offer sees with which it claims anything.

    They lie on one line, or `together` on all lines that it sees. `at_one` is what becomes of the offer
    where it sees one unit, as it mostly does.
    """

    offer: int
    units: int
    of: Selector
    together: bool
    at_one: Outcome | None = None

    def outcome(self, rows: Sequence[int], lines: Sequence[Line]) -> Outcome | None:
        """Return that units are lacking, as far as it is plain without a board; None if they may suffice."""
        if len(rows) == 1:
            held = lines[rows[0]].quantity
        elif self.together:
            held = sum([lines[row].quantity for row in rows])
        else:
            return None
        if held >= self.units:
            return None
        return self.at_one if held == 1 and self.at_one is not None else self.lacking(self.units - held)

    def lacking(self, units: int) -> Outcome:
        """Return what becomes of the offer where so many units are lacking."""
        return Outcome(self.offer, "not_yet", missing=(Missing("units", units, self.of),))


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
    return Listed(offer, sees, _need_of(offer), *settled)


def _need_of(offer: Offer) -> Need | None:
    terms = offer.terms
    if isinstance(terms, QuantityTerms):
        is_set = terms.counting == "set"
        need = Need(offer.id, terms.tiers.first_quantity, terms.products, together=is_set)
    elif isinstance(terms, BuyGetTerms) and terms.buy == terms.get:
        need = Need(offer.id, terms.buy_count + terms.get_count, terms.buy, together=True)
    else:
        return None
    return replace(need, at_one=need.lacking(need.units - 1)) if need.units > 1 else need


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
