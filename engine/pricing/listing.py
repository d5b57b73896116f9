"""What every pricing asks about an offer, worked out once."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from engine.pricing.answer import PricingOutcome
from engine.pricing.claim import Missing
from engine.pricing.lines import Line
from engine.pricing.offer import Need, PricingOffer
from engine.pricing.selector import ACCEPTED, Selector

# `same`: two roles that see the same lines.
Sees = Literal["one", "same", "two"]


class UnitCheck(Struct, frozen=True, gc=False):
    """Checks that an offer sees the fewest units that it needs.

    `at_one` is its outcome where it sees one unit and needs more, the most common case.
    """

    offer: int
    units: int
    of: Selector
    together: bool
    at_one: PricingOutcome | None

    def outcome(self, rows: Sequence[int], lines: Sequence[Line]) -> PricingOutcome | None:
        """Return that units are missing if that is certain without any price, None if they may suffice."""
        if len(rows) == 1:
            held = lines[rows[0]].quantity
        elif self.together:
            held = sum([lines[row].quantity for row in rows])
        else:
            return None
        if held >= self.units:
            return None
        if held == 1 and self.at_one is not None:
            return self.at_one
        return _not_yet(self.offer, Missing("units", self.units - held, self.of))


class Listed(NamedTuple):
    """An offer, how many sets of lines it looks at, and the fewest units that it needs.

    `settled_first` is its outcome while only its first role sees something, `settled_second` while only the
    second does; None where that depends on what it sees.
    """

    offer: PricingOffer
    selectors: Sequence[Selector | None]
    sees: Sees
    units: UnitCheck | None
    settled_first: PricingOutcome | None
    settled_second: PricingOutcome | None


def list_offer(offer: PricingOffer) -> Listed:
    """Prepare the offer."""
    selectors = offer.terms.selectors
    sees: Sees = "one"
    if len(selectors) > 1:
        sees = "same" if selectors[0] == selectors[1] != ACCEPTED else "two"
    first, second = offer.terms.missing_alone if sees == "two" else (None, None)
    return Listed(
        offer,
        selectors,
        sees,
        None if offer.terms.need is None else _unit_check(offer.id, offer.terms.need),
        None if first is None else _not_yet(offer.id, first),
        None if second is None else _not_yet(offer.id, second),
    )


def _unit_check(offer: int, need: Need) -> UnitCheck:
    units, of, together = need
    at_one = _not_yet(offer, Missing("units", units - 1, of)) if units > 1 else None
    return UnitCheck(offer, units, of, together, at_one)


def _not_yet(offer: int, missing: Missing) -> PricingOutcome:
    return PricingOutcome(offer, "not_yet", missing=(missing,))
