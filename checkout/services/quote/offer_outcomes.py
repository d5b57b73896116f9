"""What became of the offers, as far as a storefront may show it."""

from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct

from checkout.services.quote.basket import Basket
from checkout.services.quote.hints import Hints
from engine.conditions import AcceptanceRequired, MinimumSubtotal
from engine.pricing import EVERYTHING, Missing, PricedCart, PricingOutcome, Status

# Reasons that follow from what the shopper chose, so that they can choose otherwise.
_OF_THE_CART: Final = ("too_many_options", "interval")


class OfferOutcome(Struct, frozen=True):
    """What became of an offer in a quote; `by` is the code of the offer that applies instead."""

    offer: str
    status: Status
    outcome: PricingOutcome
    missing: tuple[Missing, ...] = ()
    by: str | None = None
    reason: str | None = None


def offer_outcomes(
    *,
    priced: PricedCart,
    basket: Basket,
    asked_for: Collection[int],
    hints: Hints,
    gone: Iterable[str],
) -> tuple[OfferOutcome, ...]:
    """Return the outcomes that the shopper may see, older offers first.

    Offers that were asked for, by acceptance or by code, are always among them. Others are left out if this
    shopper may not have them (unless only their options or interval prevent it), if only an acceptance is
    missing, which is for decisions to propose, or if `hints` do not allow to name what is missing.
    """
    table = basket.snapshot.pricing
    outcomes = []
    for offer in sorted({*priced.outcomes, *asked_for}):
        code = table.offer_code(offer)
        outcome = None if code is None else _outcome(code, priced.outcome_of(offer), basket)
        if outcome is None:
            continue
        is_hint = outcome.status == "not_yet"
        if offer in asked_for or (
            _is_visible(outcome) and not (is_hint and not hints.allows(offer, outcome.missing))
        ):
            outcomes.append(outcome)
    lost = PricingOutcome(0, "expired")
    return (*outcomes, *(OfferOutcome(code, "expired", lost) for code in dict.fromkeys(gone)))


def _outcome(code: str, outcome: PricingOutcome, basket: Basket) -> OfferOutcome:
    table = basket.snapshot.pricing
    if outcome.reason == MinimumSubtotal.reason:
        minimum = table.offers[outcome.offer].condition(MinimumSubtotal)
        wanted = 0 if minimum is None else minimum.minor
        missing = Missing("spend", wanted - basket.subtotal_minor, EVERYTHING)
        return OfferOutcome(code, "not_yet", outcome, (missing,))
    if outcome.reason == AcceptanceRequired.reason:
        return OfferOutcome(code, "not_yet", outcome, (Missing("acceptance", 1, EVERYTHING),))
    by = None if outcome.by is None else table.offer_code(outcome.by)
    return OfferOutcome(code, outcome.status, outcome, outcome.missing, by, outcome.reason)


def _is_visible(outcome: OfferOutcome) -> bool:
    if outcome.status in ("expired", "not_eligible"):
        return outcome.reason in _OF_THE_CART
    return all(missing.kind != "acceptance" for missing in outcome.missing)
