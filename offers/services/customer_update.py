"""Store what a shop knows of its customers: attributes, answers, inquiries and consents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from catalog.database.json_rows import Columns, update_rows
from catalog.services.product_input import Outcome
from offers.models import Customer
from offers.services.answer_limit import refuse_answers_beyond_limit, refuse_too_many_answers
from offers.services.customer import known_customers, lock_customers
from offers.services.customer_attributes import clean_values, declared_attributes
from offers.services.customer_input import (
    CustomerDraft,
    CustomerInput,
    CustomerVerdict,
    draft_customers,
)
from offers.services.signals import (
    ANSWERS,
    SIGNALS,
    Row,
    Rows,
    SignalTable,
    copy_for_decisions,
    delete_rows,
    newer_rows,
    read_rows,
    write_rows,
)

_TABLE: Final = "offers_customer"
_COPIED: Final[Columns] = {
    "id": "bigint",
    "attributes": "jsonb",
    "answers": "jsonb",
    "consents": "jsonb",
    "is_personalised": "boolean",
    "has_open_inquiry": "boolean",
}


@transaction.atomic
def update_customers(*, items: Sequence[CustomerInput], at: datetime) -> list[CustomerVerdict]:
    """Create or update many customers; return the verdicts in the order of the items.

    Invalid data is rejected item by item and never raised. Answers, inquiries and consents that are older
    than the stored ones change nothing, so repeating or reordering calls is safe. The number of queries does
    not depend on the number of items.
    """
    drafts = draft_customers(items, at=at)
    declared = declared_attributes()
    for draft in drafts:
        if draft.attributes:
            draft.attributes, errors = clean_values(draft.attributes, declared)
            draft.errors += errors
    refuse_too_many_answers(drafts)
    valid = [draft for draft in drafts if not draft.errors]
    ids = [draft.id for draft in valid]
    known = known_customers(external_ids=ids)
    locked = lock_customers(external_ids=ids)
    answers = _read_stored(ANSWERS, valid, locked)
    refuse_answers_beyond_limit(valid, locked, answers)
    changed = _apply([draft for draft in valid if not draft.errors], locked, answers)
    store_copies(locked[external_id] for external_id in changed)
    return [_verdict(draft, known, changed) for draft in drafts]


def store_copies(customers: Iterable[Customer]) -> None:
    """Write the columns that decisions read, in one statement."""
    unique = {customer.pk: customer for customer in customers}
    rows = [
        {name: getattr(customer, "pk" if name == "id" else name) for name in _COPIED}
        for customer in unique.values()
    ]
    update_rows(table=_TABLE, columns=_COPIED, rows=rows)


def _read_stored(table: SignalTable, drafts: Sequence[CustomerDraft], locked: Mapping[str, Customer]) -> Rows:
    """Return the rows of the customers whose drafts say something about the table."""
    return read_rows(table, [locked[external_id].pk for external_id in _sent(table, drafts)])


def _sent(table: SignalTable, drafts: Sequence[CustomerDraft]) -> dict[str, list[Row] | None]:
    return {
        draft.id: rows
        for draft in drafts
        if (rows := getattr(draft, table.name)) is None or rows  # None removes all, [] says nothing
    }


def _apply(drafts: Sequence[CustomerDraft], locked: Mapping[str, Customer], answers: Rows) -> set[str]:
    """Write the rows of the drafts, and set the columns of the customers; return the ids that changed.

    `answers` are the stored ones.
    """
    changed = {draft.id for draft in drafts if _set_attributes(locked[draft.id], draft.attributes)}
    for table in SIGNALS:
        stored = answers if table is ANSWERS else _read_stored(table, drafts, locked)
        changed |= _apply_table(table, drafts, locked, stored)
    return changed


def _set_attributes(customer: Customer, sent: Mapping[str, Any] | None) -> bool:
    """Set or remove the values that were sent; return whether any changed. None removes all."""
    before = customer.attributes
    merged = {} if sent is None else {**before, **sent}
    customer.attributes = {code: value for code, value in sorted(merged.items()) if value is not None}
    # In Python, True equals 1; as values of an attribute they differ.
    return repr(sorted(before.items())) != repr(sorted(customer.attributes.items()))


def _apply_table(
    table: SignalTable, drafts: Sequence[CustomerDraft], locked: Mapping[str, Customer], stored: Rows
) -> set[str]:
    sent = _sent(table, drafts)
    emptied = [external_id for external_id, rows in sent.items() if rows is None]
    removed = [locked[external_id].pk for external_id in emptied]
    changed = {external_id for external_id in emptied if stored[locked[external_id].pk]}
    stored = {**stored, **{key: {} for key in removed}}
    written: list[Row] = []
    for external_id, rows in sent.items():
        customer = locked[external_id]
        mine = stored[customer.pk]
        newer = [row | {"customer_id": customer.pk} for row in newer_rows(table, mine, rows or ())]
        mine |= {table.key_of(row): row for row in newer}
        written += newer
        changed |= {external_id} if newer else set()
        copy_for_decisions(customer, {table.name: mine.values()})
    delete_rows(table, removed)
    # Two ids may be those of one customer: of the same row, the last one is the newest.
    write_rows(table, {(row["customer_id"], table.key_of(row)): row for row in written}.values())
    return changed


def _verdict(draft: CustomerDraft, known: Mapping[str, int], changed: set[str]) -> CustomerVerdict:
    if draft.errors:
        return CustomerVerdict(draft.id, Outcome.REJECTED, tuple(draft.errors))
    if draft.id not in known:
        return CustomerVerdict(draft.id, Outcome.CREATED)
    return CustomerVerdict(draft.id, Outcome.UPDATED if draft.id in changed else Outcome.UNCHANGED)
