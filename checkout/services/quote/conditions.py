"""Which offers this shopper may not have: the conditions that decide what is shown, asked about a quote."""

from collections.abc import Iterable

from engine.conditions import Circumstances, Condition, UsageLimits
from engine.snapshot.records import OfferRecord


def barred_offers(*, offers: Iterable[OfferRecord], circumstances: Circumstances) -> dict[int, str]:
    """Return by offer why it is barred: the reason of the first condition that does not hold.

    What is left of limits is asked once the discounts are known. But the uses of an anonymous shopper cannot
    be counted, so an offer that counts them by customer is barred from the beginning.
    """
    barred = {}
    for record in offers:
        for condition in record.conditions:
            reason = _reason(record, condition, circumstances)
            if reason is not None:
                barred[record.id] = reason
                break
    return barred


def _reason(record: OfferRecord, condition: Condition, circumstances: Circumstances) -> str | None:
    if isinstance(condition, UsageLimits):
        return "customer_needed" if condition.needs_customer and not circumstances.is_known else None
    if condition.holds(circumstances) or not record.bars(condition):
        return None
    return condition.reason
