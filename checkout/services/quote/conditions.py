"""Which offers this shopper may not have: the conditions that decide what is shown, asked about a quote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checkout.services.quote.basket import Basket
from checkout.services.quote.request import QuoteRequest
from engine.conditions import Circumstances, Condition, UsageLimits
from engine.decision.own_values import read_own_values
from engine.decision.quoted import asked_of_trees
from engine.snapshot.records import OfferRecord
from offers.services.customer import load_known_customer


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


def circumstances_for_trees(*, basket: Basket, request: QuoteRequest, at: datetime) -> dict[str, Any]:
    """Return what the snapshot's condition trees are asked about, by the fields of `Circumstances`.

    The customer's facts are read, in one query, only if there are trees.
    """
    snapshot, customer = basket.snapshot, None
    own_values, notes = read_own_values(snapshot, request.context)
    basket.notes += notes
    units: dict[int, int] = {}
    for line in basket.lines:
        row = snapshot.products.find_pk(line.product.id)
        units[row] = units.get(row, 0) + line.quantity
    if request.customer is not None and snapshot.conditions.leaves.types:
        customer = load_known_customer(external_id=request.customer, visitor=request.visitor or "")
    return asked_of_trees(
        snapshot=snapshot,
        at=int(at.timestamp()),
        units=units,
        currency=basket.currency,
        customer=customer,
        language_tag=request.locale,
        country=request.country,
        own_values=own_values,
    )


def _reason(record: OfferRecord, condition: Condition, circumstances: Circumstances) -> str | None:
    if isinstance(condition, UsageLimits):
        return "customer_needed" if condition.needs_customer and not circumstances.is_known else None
    if condition.holds(circumstances) or not record.bars(condition):
        return None
    return condition.reason
