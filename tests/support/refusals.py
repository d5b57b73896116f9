"""What customers in the database decline, for tests."""

from collections.abc import Iterable
from datetime import datetime

from offers.models import Customer
from offers.services.restraint.ledger import Person, add_entries
from offers.services.restraint.refusals import Refused, load_refused
from tests.engine.refusals import refusals


def refuse(
    customer: Customer, *, offers: Iterable[str] = (), products: Iterable[str] = (), at: datetime
) -> Customer:
    """Let a customer decline offers by code, and products by their SKUs with a space between."""
    entries = refusals(offers=offers, products=products, at=int(at.timestamp()))
    add_entries(person=Person(customer.pk), entries=entries)
    return customer


def refused_by(external_id: str, at: datetime) -> Refused:
    """Return what a customer declines at that time."""
    return load_refused(person=Person(Customer.objects.get(external_id=external_id).pk), at=at)
