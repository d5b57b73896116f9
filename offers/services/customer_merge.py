"""Merge two ids of one person: one customer survives, and the other id stands for them from then on.

First, what the shop knows of the person passes to the survivor in one transaction. Then, the rows that refer
to the other id are moved. A row that is written at the same moment may still refer to it, so a task of the
worker moves such rows again.
"""

from collections.abc import Iterable
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.database.bulk import among
from offers.models import MAX_ANSWERS, Customer, CustomerFacts, CustomerHistory, Event, PersonLedger
from offers.services.answer_limit import newest_answers
from offers.services.customer import ensure_customers
from offers.services.customer_update import store_copies
from offers.services.restraint.ledger import Person, merge_ledgers
from offers.services.signals import (
    ANSWERS,
    SIGNALS,
    copy_for_decisions,
    delete_rows,
    newer_rows,
    read_rows,
    write_rows,
)

# Rows that are moved at once; on SQLite, all other writers wait for each transaction.
BATCH: Final = 5000


class MergeError(ValueError):
    """Two ids that cannot be merged."""


class Merged(Struct, frozen=True):
    """The primary key of the customer that both ids stand for, and whether they did not before."""

    survivor: int
    is_new: bool


@transaction.atomic
def merge_customers(*, survivor: str, other: str) -> Merged:
    """Let the id `other` stand for the customer `survivor`; new ids are created.

    Repeating the call, also at the same time, changes nothing. The caller then moves the rows that refer to
    the other id (`move_rows`). Raises MergeError if both ids are the same.
    """
    if survivor == other:
        raise MergeError(_("A customer cannot be merged into itself."))
    locked = _lock_both(survivor=survivor, other=other)
    if locked is None:
        return Merged(ensure_customers(external_ids=[survivor])[survivor], is_new=False)
    into, source = locked
    _pass_on(into=into, source=source)
    return Merged(into.pk, is_new=True)


def _lock_both(*, survivor: str, other: str) -> tuple[Customer, Customer] | None:
    """Return both customers, locked in the caller's transaction; None if the ids stand for one customer.

    New ids are created. The locks also keep out new rows that refer to them.
    """
    while True:
        keys = ensure_customers(external_ids=[survivor, other])
        if keys[survivor] == keys[other]:
            return None
        savepoint = transaction.savepoint()
        rows = Customer.objects.select_for_update().filter(among("pk", keys.values())).order_by("pk")
        locked = {customer.pk: customer for customer in rows}
        if all(customer.merged_into_id is None for customer in locked.values()):
            transaction.savepoint_commit(savepoint)
            return locked[keys[survivor]], locked[keys[other]]
        transaction.savepoint_rollback(savepoint)


def _pass_on(*, into: Customer, source: Customer) -> None:
    """Pass what the shop knows to the survivor, and let the other id stand for them; both are locked.

    The newest answer and state of an inquiry counts, consents are those of both. Of an attribute that both
    have, the survivor's value stays. Of more answers than a customer may have, the newest stay.
    """
    into.attributes = dict(sorted({**source.attributes, **into.attributes}.items()))
    for table in SIGNALS:
        rows = read_rows(table, [into.pk, source.pk])
        mine = rows[into.pk]
        moved = [row | {"customer_id": into.pk} for row in rows[source.pk].values()]
        newer = newer_rows(table, mine, moved)
        mine |= {table.key_of(row): row for row in newer}
        delete_rows(table, [source.pk])
        if table is ANSWERS and len(mine) > MAX_ANSWERS:
            delete_rows(table, [into.pk])
            newer = newest_answers(mine.values())
            mine = {table.key_of(row): row for row in newer}
        write_rows(table, newer)
        copy_for_decisions(into, {table.name: mine.values()})
    store_copies([into])
    Customer.objects.filter(pk=into.pk).update(created_at=min(into.created_at, source.created_at))
    _pass_on_learned(into=into, source=source)
    Customer.objects.filter(Q(pk=source.pk) | Q(merged_into=source)).update(merged_into=into)
    Customer.objects.filter(pk=source.pk).update(
        attributes={},
        answers={},
        consents={},
        is_personalised=True,
        has_open_inquiry=False,
        offer_uses={},
    )


def _pass_on_learned(*, into: Customer, source: Customer) -> None:
    """Keep what was learned of either until the next recompute, which sees the orders of both."""
    for model in (CustomerFacts, CustomerHistory):
        rows: models.QuerySet[CustomerFacts | CustomerHistory] = model.objects.filter(customer=source)
        if model.objects.filter(customer=into).exists():
            rows.delete()
        else:
            rows.update(customer=into)


def move_rows(*, survivor: int | None = None) -> int:
    """Move events and ledgers from merged ids to their survivor, or to all; return how many."""
    late = _late(PersonLedger, survivor).values_list("customer_id", "customer__merged_into_id")
    moved = [merge_ledgers(into=Person(into), source=Person(source)) for source, into in list(late)]
    return sum(moved) + move_references(Event, survivor=survivor)


def move_references(model: type[models.Model], *, survivor: int | None = None) -> int:
    """Move all rows with a `customer` that was merged to the survivor, in small transactions."""
    count, late = 0, _late(model, survivor)
    while keys := list(late.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        count += _move(model, keys)
    return count


def _late(model: type[models.Model], survivor: int | None) -> "models.QuerySet[Any]":
    rows = model._default_manager.filter(customer__merged_into__isnull=False)  # noqa: SLF001
    return rows if survivor is None else rows.filter(customer__merged_into=survivor)


@transaction.atomic
def _move(model: type[models.Model], keys: Iterable[int]) -> int:
    rows = model._default_manager.filter(among("pk", keys))  # noqa: SLF001
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True)
    survivor = Customer.objects.filter(pk=models.OuterRef("customer_id"), merged_into__isnull=False)
    return rows.filter(among("pk", list(locked)), customer__merged_into__isnull=False).update(
        customer_id=models.Subquery(survivor.values("merged_into_id"))
    )
