"""What became of the offers, as far as a storefront may show it."""

from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct

from checkout.services.quote.basket import Basket
from engine.conditions import Acceptance, MinimumSubtotal
from engine.pricing import EVERYTHING, Missing, Outcome, PricedCart, Status

# Why an offer for this shopper does not apply to what they chose: they can choose otherwise.
_OF_THE_CART: Final = ("too_many_options", "interval")


class Standing(Struct, frozen=True):
    """An offer's place in a quote; `by` is the code of the offer that stands before it."""

    offer: str
    status: Status
    outcome: Outcome
    missing: tuple[Missing, ...] = ()
    by: str | None = None
    reason: str | None = None


def offer_standings(
    *, priced: PricedCart, basket: Basket, asked_for: Collection[int], gone: Iterable[str]
) -> tuple[Standing, ...]:
    """Return the offers worth telling, the older first.

    Those that were asked for, by acceptance or by code, are told whatever became of them. Of the others,
    nobody learns of one they may not have, unless for too many options or another interval on their lines,
    and what they would only have to accept is for decisions to propose.
    """
    book = basket.snapshot.pricing
    standings = []
    for offer in sorted({*priced.outcomes, *asked_for}):
        code = book.offer_code(offer)
        standing = None if code is None else _standing(code, priced.outcome_of(offer), basket)
        if standing and (offer in asked_for or _is_worth_telling(standing)):
            standings.append(standing)
    lost = Outcome(0, "expired")
    return (*standings, *(Standing(code, "expired", lost) for code in dict.fromkeys(gone)))


def _standing(code: str, outcome: Outcome, basket: Basket) -> Standing:
    book = basket.snapshot.pricing
    if outcome.reason == MinimumSubtotal.reason:
        minimum = book.offers[outcome.offer].condition(MinimumSubtotal)
        wanted = 0 if minimum is None else minimum.minor
        missing = Missing("spend", wanted - basket.subtotal_minor, EVERYTHING)
        return Standing(code, "not_yet", outcome, (missing,))
    if outcome.reason == Acceptance.reason:
        return Standing(code, "not_yet", outcome, (Missing("acceptance", 1, EVERYTHING),))
    by = None if outcome.by is None else book.offer_code(outcome.by)
    return Standing(code, outcome.status, outcome, outcome.missing, by, outcome.reason)


def _is_worth_telling(standing: Standing) -> bool:
    if standing.status in ("expired", "not_eligible"):
        return standing.reason in _OF_THE_CART
    return all(missing.kind != "acceptance" for missing in standing.missing)
