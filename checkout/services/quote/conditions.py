"""Which offers this shopper may not have: the conditions that decide what is shown, asked about a quote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checkout.services.quote.basket import Basket
from checkout.services.quote.request import QuoteRequest
from engine.conditions import ArmRequired, Circumstances, Condition, UsageLimits
from engine.decision.allowed import allowed_customer
from engine.decision.own_values import read_own_values
from engine.decision.quoted import asked_of_trees
from engine.experiments.running import unit_of
from engine.snapshot.records import OfferRecord
from offers.services.customer import load_known_customer


def barred_offers(*, offers: Iterable[OfferRecord], circumstances: Circumstances) -> dict[int, str]:
    """Return by offer why it is barred: the reason of the first condition that does not hold.

    What is left of limits is asked once the discounts are known. But the uses of an anonymous shopper cannot
    be counted, so an offer that counts them by customer is barred from the beginning. What was accepted had
    been shown, so it is kept for a shopper whose arm is another one by now.
    """
    barred = {}
    for record in offers:
        for condition in record.conditions:
            reason = _reason(record, condition, circumstances)
            if reason is not None:
                barred[record.id] = reason
                break
    return barred


def circumstances_for_shopper(*, basket: Basket, request: QuoteRequest, at: datetime) -> dict[str, Any]:
    """Return what condition trees and experiments are asked about, by the fields of `Circumstances`.

    The customer's facts are read, in one query, only if there are trees or experiments.
    """
    snapshot, customer = basket.snapshot, None
    experiments, unit = snapshot.experiments, unit_of(request.customer, request.visitor)
    own_values, notes = read_own_values(snapshot, request.context)
    basket.notes += notes
    units: dict[int, int] = {}
    for line in basket.lines:
        row = snapshot.products.find_pk(line.product.id)
        units[row] = units.get(row, 0) + line.quantity
    if request.customer is not None and (snapshot.conditions.leaves.types or experiments.running):
        known = load_known_customer(external_id=request.customer, visitor=request.visitor or "")
        customer = allowed_customer(known)
        unit = "" if customer.is_private else unit
    asked = asked_of_trees(
        snapshot=snapshot,
        at=int(at.timestamp()),
        units=units,
        currency=basket.currency,
        customer=customer,
        language_tag=request.locale,
        country=request.country,
        own_values=own_values,
    )
    return {"arms": experiments.assignment_of(unit, int(at.timestamp())).arms, **asked}


def _reason(record: OfferRecord, condition: Condition, circumstances: Circumstances) -> str | None:
    if isinstance(condition, UsageLimits):
        return "customer_needed" if condition.needs_customer and not circumstances.is_known else None
    if isinstance(condition, ArmRequired) and record.id in (circumstances.accepted or ()):
        return None
    if condition.holds(circumstances) or not record.bars(condition):
        return None
    return condition.reason
