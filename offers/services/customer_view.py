"""Read all that is stored of a customer."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from offers.models import Customer
from offers.services.behaviour.view import StoredAct, find_behaviour
from offers.services.customer import known_customers
from offers.services.signals import ANSWERS, CONSENTS, INQUIRIES, SIGNALS, Row, SignalTable, read_rows


class StoredCustomer(Struct, frozen=True):
    """A customer, their other ids, and the rows of their signals: consents and behaviour newest first."""

    external_id: str
    merged_ids: tuple[str, ...]
    created_at: datetime
    attributes: dict[str, Any]
    consents_now: dict[str, dict[str, bool]]
    answers: tuple[Row, ...]
    inquiries: tuple[Row, ...]
    consents: tuple[Row, ...]
    behaviour: tuple[StoredAct, ...]


def find_customer(external_id: str) -> StoredCustomer | None:
    """Return the customer that an id stands for, in a constant number of queries; None for a stranger."""
    key = known_customers(external_ids=[external_id]).get(external_id)
    customer = None if key is None else Customer.objects.filter(pk=key).first()
    if customer is None:
        return None
    rows = {table.name: _sorted(table, customer.pk) for table in SIGNALS}
    merged = Customer.objects.filter(merged_into=customer).order_by("external_id")
    return StoredCustomer(
        external_id=customer.external_id,
        merged_ids=tuple(merged.values_list("external_id", flat=True)),
        created_at=customer.created_at,
        attributes=customer.attributes,
        consents_now=customer.consents,
        answers=tuple(row for row in rows[ANSWERS.name] if row["answer"]),
        inquiries=tuple(rows[INQUIRIES.name]),
        consents=tuple(sorted(rows[CONSENTS.name], key=lambda row: row["stated_at"], reverse=True)),
        behaviour=find_behaviour(customer=customer.pk),
    )


def _sorted(table: SignalTable, customer: int) -> list[Row]:
    return sorted(read_rows(table, [customer])[customer].values(), key=table.key_of)
