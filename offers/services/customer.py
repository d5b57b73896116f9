"""Customers as the API knows them: by the shop's own id."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from msgspec import Struct

from catalog.database.bulk import among, listed_parameter, stored_datetime
from catalog.database.deadline import answers_within
from engine.behaviour import Behaviour
from engine.conditions.shopper import AttributeValue
from engine.decision.types import KnownCustomer
from engine.moments import EPOCH_DATE
from engine.restraint import RestraintLedger
from offers.models import Customer

T = TypeVar("T")


class KnownVisitor(Struct, frozen=True):
    """What a decision knows of a visitor: their packed ledger, and what they looked at."""

    ledger: bytes = b""
    behaviour: bytes = b""


NEW_VISITOR: Final = KnownVisitor()
# A page is waiting for its offers; without the history, they are only less fitting.
HISTORY_SECONDS: Final = 0.5
# The only query of the hot path. Without personalisation, no row of facts or purchases is looked up.
_FACTS: Final = """SELECT
    CASE WHEN c.is_personalised THEN l.entries ELSE l.refusals END,
    CASE WHEN c.is_personalised THEN l.behaviour END,
    c.offer_uses,
    h.purchases,
    f.currency, f.comfort, f.due, f.categories,
    CASE WHEN c.is_personalised THEN c.attributes END,
    CASE WHEN c.is_personalised THEN c.answers END,
    c.consents,
    CASE WHEN c.is_personalised THEN c.has_open_inquiry END,
    f.segment, f.order_count, f.first_order_date, f.last_order_date,
    f.average_order_minor, f.lifetime_value_minor,
    CASE WHEN c.is_personalised THEN v.entries ELSE v.refusals END,
    CASE WHEN c.is_personalised THEN v.behaviour END
FROM offers_customer c
LEFT JOIN offers_customerfacts f ON f.customer_id = CASE WHEN c.is_personalised THEN c.id END
LEFT JOIN offers_customerhistory h ON h.customer_id = CASE WHEN c.is_personalised THEN c.id END
LEFT JOIN offers_personledger l ON l.customer_id = c.id
LEFT JOIN offers_personledger v ON v.visitor = %s
WHERE c.id = (SELECT COALESCE(n.merged_into_id, n.id) FROM offers_customer n WHERE n.external_id = %s)
"""
# What SQL without the ORM gives a new customer besides the id and the time.
NEW_COLUMNS: Final = "offer_uses, attributes, answers, consents, is_personalised, has_open_inquiry"
NEW_VALUES: Final = "'{}', '{}', '{}', '{}', TRUE, FALSE"
_LISTED: Final = {"postgresql": "unnest(%s::text[]) AS listed (value)", "sqlite": "json_each(%s)"}


def load_known_customer(*, external_id: str, visitor: str = "") -> KnownCustomer:
    """Return what a decision may know of a customer, in one query; nothing of a stranger.

    Of a customer who has turned personalisation off, the query returns only their consents, what they asked
    not to be shown, and the uses of limited offers.

    What the visitor did before logging in counts, also if it has not been passed on to the customer yet.
    """
    with answers_within(HISTORY_SECONDS), connection.cursor() as cursor:
        cursor.execute(_FACTS, [visitor, external_id])
        row = cursor.fetchone()
    if row is None:
        found = load_visitor(visitor=visitor) if visitor else NEW_VISITOR
        return KnownCustomer(ledger=found.ledger, behaviour=found.behaviour)
    return _known(row)


def _known(row: Sequence[Any]) -> KnownCustomer:
    """Return a customer from the columns of `_FACTS`, as the driver returns them."""
    ledger, behaviour, offer_uses, purchases, currency, comfort, due, categories = row[:8]
    attributes, answers, consents, has_open_inquiry, *orders, visitor, visitor_behaviour = row[8:]
    segment, order_count, first_order, last_order, average_minor, expected_minor = orders
    return KnownCustomer(
        purchases=bytes(purchases or b""),
        ledger=_joined(bytes(ledger or b""), bytes(visitor or b"")),
        behaviour=_both(bytes(behaviour or b""), bytes(visitor_behaviour or b"")),
        currency=currency or "",
        comfort=bytes(comfort or b""),
        due=bytes(due or b""),
        categories=bytes(categories or b""),
        own_uses={int(offer): count for offer, count in json.loads(offer_uses).items()},
        attributes={code: plain_value(value) for code, value in json.loads(attributes or "{}").items()},
        answers=by_two_keys(json.loads(answers or "{}")),
        consents=by_two_keys(json.loads(consents)),
        has_open_inquiry=bool(has_open_inquiry),
        segment=segment or "",
        orders=order_count or 0,
        first_day=_day_of(first_order),
        last_day=_day_of(last_order),
        average_order_minor=average_minor,
        expected_value_minor=expected_minor,
    )


class OwnAttributes(Struct, frozen=True):
    """The attributes of a customer by their codes, and whether offers may depend on them."""

    values: Mapping[str, AttributeValue] = {}
    is_personalised: bool = True


def attributes_of(*, external_id: str) -> OwnAttributes:
    """Return the attributes of a customer, in one query; none of a stranger."""
    rows = Customer.objects.known_as(external_id).values_list("attributes", "is_personalised")
    for attributes, is_personalised in rows:
        values = {code: plain_value(value) for code, value in attributes.items()}
        return OwnAttributes(values, is_personalised)
    return OwnAttributes()


def _joined(customer: bytes, visitor: bytes) -> bytes:
    """Return the packed ledger of both."""
    if not (customer and visitor):
        return customer or visitor
    return RestraintLedger.read(customer).merged_with(RestraintLedger.read(visitor)).pack()


def _both(customer: bytes, visitor: bytes) -> bytes:
    """Return the packed behaviour of both."""
    if not (customer and visitor):
        return customer or visitor
    return Behaviour.read(customer).with_acts(Behaviour.read(visitor)).pack()


def plain_value(value: Any) -> AttributeValue:
    """Return the stored value of an attribute as a decision holds it."""
    plain: AttributeValue = tuple(value) if isinstance(value, list) else value
    return plain


def by_two_keys(nested: Mapping[str, Mapping[str, T]]) -> dict[tuple[str, str], T]:
    """Return the values by their two keys."""
    return {(outer, inner): value for outer, values in nested.items() for inner, value in values.items()}


def load_visitor(*, visitor: str) -> KnownVisitor:
    """Return what a decision may know of a visitor who is not known as a customer, in one query."""
    with answers_within(HISTORY_SECONDS), connection.cursor() as cursor:
        cursor.execute("SELECT entries, behaviour FROM offers_personledger WHERE visitor = %s", [visitor])
        row = cursor.fetchone()
    return NEW_VISITOR if row is None else KnownVisitor(*map(bytes, row))


def _day_of(day: date | str | None) -> int | None:
    """Return a day of the database, which SQLite gives as text, in days since 1970-01-01."""
    if day is None:
        return None
    return ((date.fromisoformat(day) if isinstance(day, str) else day) - EPOCH_DATE).days


def ensure_customers(*, external_ids: Iterable[str]) -> dict[str, int]:
    """Return the primary keys of these customers; those not seen before are created.

    For an id that was merged into another customer, it is the key of that customer.
    """
    wanted = sorted(set(external_ids))
    known = known_customers(external_ids=wanted)
    strangers = [external_id for external_id in wanted if external_id not in known]
    if strangers:
        # Somebody else may create one meanwhile: theirs counts.
        statement = (
            f"INSERT INTO offers_customer (external_id, {NEW_COLUMNS}, created_at) "  # noqa: S608 (constants)
            f"SELECT value, {NEW_VALUES}, %s FROM {_LISTED[connection.vendor]} "
            "WHERE TRUE ON CONFLICT (external_id) DO NOTHING"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [stored_datetime(now()), listed_parameter(strangers)])
        known |= known_customers(external_ids=strangers)
    return known


def known_customers(*, external_ids: Collection[str]) -> dict[str, int]:
    """Return the primary keys of those of these customers that were seen before."""
    if not external_ids:
        return {}
    rows = Customer.objects.filter(among("external_id", external_ids))
    return dict(rows.values_list("external_id", Coalesce("merged_into_id", "pk")))


def lock_customers(*, external_ids: Collection[str]) -> dict[str, Customer]:
    """Return the customers, locked in the caller's transaction; those not seen before are created.

    Two ids that were merged share one object. The locks are taken in the order of the primary keys.
    """
    while True:
        keys = ensure_customers(external_ids=external_ids)
        savepoint = transaction.savepoint()
        # The key itself stays: without no_key, the foreign keys of other tables would wait for it.
        rows = Customer.objects.select_for_update(no_key=True).filter(among("pk", set(keys.values())))
        locked = {customer.pk: customer for customer in rows.order_by("pk")}
        if all(customer.merged_into_id is None for customer in locked.values()):
            transaction.savepoint_commit(savepoint)
            return {external_id: locked[key] for external_id, key in keys.items()}
        # One was merged while this waited: begin again, because a lock more would be out of order.
        transaction.savepoint_rollback(savepoint)
