"""Customers as the API knows them: by the shop's own id."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models import Subquery
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
from offers.models import Customer, PersonLedger

T = TypeVar("T")


class KnownVisitor(Struct, frozen=True):
    """What a decision knows of a visitor: their packed ledger, and what they looked at."""

    ledger: bytes = b""
    behaviour: bytes = b""


NEW_VISITOR: Final = KnownVisitor()
# A page is waiting for its offers; without the history, they are only less fitting.
HISTORY_SECONDS: Final = 0.5
_FACTS = (
    "ledger__entries",
    "ledger__behaviour",
    "offer_uses",
    "history__purchases",
    "facts__currency",
    "facts__comfort",
    "facts__due",
    "facts__categories",
    "attributes",
    "answers",
    "consents",
    "has_open_inquiry",
    "facts__segment",
    "facts__order_count",
    "facts__first_order_date",
    "facts__last_order_date",
    "facts__average_order_minor",
    "facts__lifetime_value_minor",
)
# What SQL without the ORM gives a new customer besides the id and the time.
NEW_COLUMNS: Final = "offer_uses, attributes, answers, consents, has_open_inquiry"
NEW_VALUES: Final = "'{}', '{}', '{}', '{}', FALSE"
_LISTED: Final = {"postgresql": "unnest(%s::text[]) AS listed (value)", "sqlite": "json_each(%s)"}


def load_known_customer(*, external_id: str, visitor: str = "") -> KnownCustomer:
    """Return what a decision may know of a customer, in one query; nothing of a stranger.

    What the visitor did before logging in counts, also if it has not been passed on to the customer yet.
    """
    with answers_within(HISTORY_SECONDS), connection.cursor() as cursor:
        cursor.execute(_facts_statement(connection.vendor), [visitor, visitor, external_id])
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
        attributes={code: plain_value(value) for code, value in json.loads(attributes).items()},
        answers=by_two_keys(json.loads(answers)),
        consents=by_two_keys(json.loads(consents)),
        has_open_inquiry=bool(has_open_inquiry),
        segment=segment or "",
        orders=order_count or 0,
        first_day=_day_of(first_order),
        last_day=_day_of(last_order),
        average_order_minor=average_minor,
        expected_value_minor=expected_minor,
    )


def attributes_of(*, external_id: str) -> dict[str, AttributeValue]:
    """Return the attributes of a customer by their codes, in one query; none of a stranger."""
    for attributes in Customer.objects.known_as(external_id).values_list("attributes", flat=True):
        return {code: plain_value(value) for code, value in attributes.items()}
    return {}


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


@cache
def _facts_statement(vendor: str) -> str:
    """Return the SQL of the hot path's only query: Django takes longer to write it than to run it."""
    del vendor  # one process may see two databases only in tests
    visitor = PersonLedger.objects.filter(visitor="")
    query = (
        Customer.objects.known_as("")
        .annotate(
            waiting=Subquery(visitor.values("entries")[:1]),
            waiting_behaviour=Subquery(visitor.values("behaviour")[:1]),
        )
        .values_list(*_FACTS, "waiting", "waiting_behaviour")
        .query
    )
    statement: str = query.get_compiler(connection=connection).as_sql()[0]
    return statement


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
