"""Which offers this shopper may not have: the conditions that decide what is shown, asked about a quote."""

from collections.abc import Iterable

from engine.conditions import Circumstances, Condition, Schedule, Trigger, UsageLimits
from engine.pricing import PricingOffer, Selector
from engine.snapshot.records import OfferRecord


def barred_offers(*, offers: Iterable[OfferRecord], circumstances: Circumstances) -> dict[int, str]:
    """Return by offer why it is barred: the reason of the first condition that does not hold.

    The core answers the schedule, the currency and what a cart lacks; limits are asked once the discounts are
    known.
    """
    barred = {}
    for record in offers:
        for condition in record.conditions:
            if not condition.holds(circumstances) and _bars(condition, record.pricing):
                barred[record.id] = condition.reason
                break
    return barred


def _bars(condition: Condition, offer: PricingOffer | None) -> bool:
    """Tell whether nobody else answers the condition.

    A trigger that the offer's terms count themselves is left to them: they say how many units are missing.
    """
    if isinstance(condition, Trigger):
        trigger = Selector(condition.products, condition.categories)
        return offer is not None and trigger not in offer.terms.selectors
    return not isinstance(condition, Schedule | UsageLimits)
