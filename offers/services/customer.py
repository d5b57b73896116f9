"""Customers as the API knows them: by the shop's own id."""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache
from typing import Final

from django.db import connection

from catalog.database.bulk import among
from catalog.database.deadline import answers_within
from engine.decision.types import KnownCustomer
from engine.moments import EPOCH_DATE
from offers.models import Customer
from offers.services.decline import in_force

# A page is waiting for its offers; without the history, they are only less fitting.
HISTORY_SECONDS: Final = 0.5
_FACTS = (
    "declined",
    "declined_products",
    "offer_uses",
    "history__purchases",
    "facts__currency",
    "facts__comfort",
    "facts__due",
    "facts__categories",
    "facts__segment",
    "facts__order_count",
    "facts__first_order_date",
    "facts__last_order_date",
    "facts__average_order_minor",
    "facts__lifetime_value_minor",
)


def load_known_customer(*, external_id: str, at: datetime) -> KnownCustomer:
    """Return what a decision may know of a customer at that time, in one query; nothing of a stranger."""
    with answers_within(HISTORY_SECONDS), connection.cursor() as cursor:
        cursor.execute(_facts_statement(connection.vendor), [external_id])
        row = cursor.fetchone()
    if row is None:
        return KnownCustomer()
    declined, declined_products, offer_uses, purchases, currency, comfort, due, categories, *orders = row
    segment, order_count, first_order, last_order, average_minor, expected_minor = orders
    return KnownCustomer(
        purchases=bytes(purchases or b""),
        declined=in_force(json.loads(declined), at=at),
        declined_products=in_force(json.loads(declined_products), at=at),
        currency=currency or "",
        comfort=bytes(comfort or b""),
        due=bytes(due or b""),
        categories=bytes(categories or b""),
        own_uses={int(offer): count for offer, count in json.loads(offer_uses).items()},
        segment=segment or "",
        orders=order_count or 0,
        first_day=_day_of(first_order),
        last_day=_day_of(last_order),
        average_order_minor=average_minor,
        expected_value_minor=expected_minor,
    )


def _day_of(day: date | str | None) -> int | None:
    """Return a day of the database, which SQLite gives as text, in days since 1970-01-01."""
    if day is None:
        return None
    return ((date.fromisoformat(day) if isinstance(day, str) else day) - EPOCH_DATE).days


@cache
def _facts_statement(vendor: str) -> str:
    """Return the SQL of the hot path's only query: Django takes longer to write it than to run it."""
    del vendor  # one process may see two databases only in tests
    query = Customer.objects.filter(external_id="").values_list(*_FACTS).query
    statement: str = query.get_compiler(connection=connection).as_sql()[0]
    return statement


def ensure_customers(*, external_ids: Iterable[str]) -> dict[str, int]:
    """Return the primary keys of these customers; those not seen before are created."""
    wanted = sorted(set(external_ids))
    known = known_customers(external_ids=wanted)
    strangers = [external_id for external_id in wanted if external_id not in known]
    if strangers:
        # Somebody else may create one meanwhile: theirs counts.
        Customer.objects.bulk_create(
            [Customer(external_id=external_id) for external_id in strangers], ignore_conflicts=True
        )
        known |= known_customers(external_ids=strangers)
    return known


def known_customers(*, external_ids: Collection[str]) -> dict[str, int]:
    """Return the primary keys of those of these customers that were seen before."""
    if not external_ids:
        return {}
    rows = Customer.objects.filter(among("external_id", external_ids))
    return dict(rows.values_list("external_id", "pk"))
