"""Reading and writing the ledgers of persons: nothing is lost, however many write at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from msgspec import Struct

from engine.restraint.entry import LedgerEntry
from engine.restraint.ledger import RestraintLedger
from offers.models import Customer, CustomerFacts, PersonLedger
from offers.services.behaviour.columns import BEHAVIOUR_COLUMNS, merge_behaviour
from offers.services.restraint.policies import policies_in_force


@dataclass(frozen=True, slots=True)
class Person:
    """Whose ledger it is: a customer by primary key, or a visitor by the session of their browser."""

    customer: int | None = None
    visitor: str = ""


Rows = dict[Person, PersonLedger]
_COLUMNS: Final = ("entries", "refusals", "forget_at")


def read_ledger(*, person: Person) -> RestraintLedger:
    """Return a person's ledger, in one query; an empty one of a stranger."""
    packed = _of([person]).values_list("entries", flat=True).first()
    return RestraintLedger.read(bytes(packed or b""))


class KnownLedger(Struct, frozen=True):
    """A person's ledger, and the packed records of what they will need again, as decisions know both."""

    ledger: RestraintLedger
    due: bytes = b""


def read_known_ledger(*, person: Person, visitor: str = "") -> KnownLedger:
    """Return what decisions know of a person's ledger, also as a visitor before logging in, in one query.

    Without personalisation, nothing but what they asked not to be shown leaves the database.
    """
    customer = Customer.objects.filter(pk=person.customer or 0)  # a visitor has no row
    is_personalised = Coalesce(Subquery(customer.values("is_personalised")), True)
    facts = CustomerFacts.objects.filter(customer=OuterRef("customer"), customer__is_personalised=True)
    rows = _of([person, Person(visitor=visitor)]).annotate(
        known=Case(When(Q(is_personalised), then="entries"), default="refusals"),
        due=Subquery(facts.values("due")),
    )
    ledger, due = RestraintLedger.read(b""), b""
    for entries, due_of_row in rows.order_by("pk").values_list("known", "due"):
        ledger = ledger.merged_with(RestraintLedger.read(bytes(entries)))
        due = due or bytes(due_of_row or b"")
    return KnownLedger(ledger, due)


def known_ledger(*, packed: bytes, due: bytes, is_personalised: bool | None) -> KnownLedger:
    """Return what decisions know: without personalisation, only what the person asked not to be shown.

    `is_personalised` is that of the customer (`offers.models.Customer`), None of a visitor.
    """
    ledger = RestraintLedger.read(packed)
    if is_personalised is False:
        return KnownLedger(ledger.only_refusals())
    return KnownLedger(ledger, due)


@transaction.atomic
def add_entries(*, person: Person, entries: Iterable[LedgerEntry]) -> None:
    """Add entries to a person's ledger."""
    record(rows=lock_ledgers(persons=[person]), entries={person: list(entries)})


@transaction.atomic
def merge_ledgers(*, into: Person, source: Person) -> bool:
    """Move all that happened to `source` to `into`; return whether there was anything.

    Nothing is lost and nothing is counted twice, also if it is called again or by two at once.
    """
    if source == into or not _of([source]).exists():
        return False
    rows = lock_ledgers(persons=[into], existing=[source])
    return source in rows and merge_locked(into=rows[into], source=rows[source])


def merge_locked(*, into: PersonLedger, source: PersonLedger) -> bool:
    """Move all between two rows that the caller has locked; return whether there was anything."""
    ours, theirs = (RestraintLedger.read(bytes(row.entries)) for row in (into, source))
    _fill(into, ours.merged_with(theirs))
    is_seen = merge_behaviour(into=into, source=source)
    into.save(update_fields=[*_COLUMNS, *BEHAVIOUR_COLUMNS])
    source.delete()
    return is_seen or bool(len(theirs))


def sender_of(customer: str, session: str, customers: Mapping[str, int]) -> Person | None:
    """Return who sent an event, `customers` being the primary keys by ID; None if nothing tells.

    A customer without a primary key is nobody, also with a session.
    """
    if customer:
        return Person(customers[customer]) if customer in customers else None
    return Person(visitor=session) if session else None


def lock_senders(*, senders: Collection[tuple[str, str]], customers: Mapping[str, int]) -> Rows:
    """Lock the ledgers of who sent events: pairs of a customer's ID and a session, each may be empty.

    What visitors did before they were known passes to the customer.
    """
    found = {(customer, session): sender_of(customer, session, customers) for customer, session in senders}
    known_as = {
        Person(visitor=session): person
        for (customer, session), person in found.items()
        if customer and session and person is not None
    }
    persons = dict.fromkeys(person for person in found.values() if person is not None)
    return _lock_logged_in(list(persons), known_as)


def _lock_logged_in(persons: Collection[Person], known_as: Mapping[Person, Person]) -> Rows:
    """Lock the ledgers of these persons; those of visitors pass to the customers that they are known as."""
    ledgers = lock_ledgers(persons=persons, existing=known_as)
    for visitor, person in known_as.items():
        if visitor in ledgers and visitor not in persons:
            merge_locked(into=ledgers[person], source=ledgers[visitor])
    return ledgers


def lock_ledgers(*, persons: Collection[Person] = (), existing: Collection[Person] = ()) -> Rows:
    """Lock the ledgers of `persons`, and create those that are missing; lock those of `existing` that exist.

    Callers do not wait for each other in a circle: rows are created before any is locked, and both is done in
    one order.
    """
    if not persons:
        return _locked(existing) if existing else {}
    while True:
        _create_missing(persons)
        # It ends with the transaction: releasing it would only be one query more.
        savepoint = transaction.savepoint()
        found = _locked({*persons, *existing})
        if found.keys() >= set(persons):
            return found
        # One was merged or emptied meanwhile. Nothing must be locked while it is created again.
        transaction.savepoint_rollback(savepoint)


def _create_missing(persons: Collection[Person]) -> None:
    known = {
        Person(customer, visitor or "")
        for customer, visitor in _of(persons).values_list("customer_id", "visitor")
    }
    missing = sorted(set(persons) - known, key=lambda one: (one.customer or 0, one.visitor))
    # Somebody else may create one meanwhile: theirs counts.
    new = [PersonLedger(customer_id=one.customer, visitor=one.visitor or None) for one in missing]
    PersonLedger.objects.bulk_create(new, ignore_conflicts=True)


def record(*, rows: Rows, entries: Mapping[Person, Sequence[LedgerEntry]]) -> None:
    """Add entries to rows that the caller has locked, in one statement."""
    changed = [person for person, added in entries.items() if added and person in rows]
    for person in changed:
        row = rows[person]
        _fill(row, RestraintLedger.read(bytes(row.entries)).with_entries(entries[person]))
    if changed:
        PersonLedger.objects.bulk_update([rows[person] for person in changed], _COLUMNS)


def rewrite(*, row: PersonLedger, ledger: RestraintLedger) -> None:
    """Replace the entries of a row that the caller has locked."""
    _fill(row, ledger)
    row.save(update_fields=_COLUMNS)


def _fill(row: PersonLedger, ledger: RestraintLedger) -> None:
    row.entries, row.refusals = ledger.pack(), ledger.only_refusals().pack()
    forget_at = ledger.first_end(policies_in_force())
    row.forget_at = None if forget_at is None else datetime.fromtimestamp(forget_at, UTC)


def _locked(persons: Collection[Person]) -> Rows:
    rows = _of(persons).select_for_update(no_key=True).order_by("pk")
    return {Person(row.customer_id, row.visitor or ""): row for row in rows}


def _of(persons: Collection[Person]) -> QuerySet[PersonLedger, Any]:
    customers = sorted({one.customer for one in persons if one.customer is not None})
    visitors = sorted({one.visitor for one in persons if one.visitor})
    wanted = Q(pk__in=[])
    if customers:
        wanted |= Q(customer_id__in=customers)
    if visitors:
        wanted |= Q(visitor__in=visitors)
    return PersonLedger.objects.filter(wanted)
