"""Answers, inquiries and consents of customers: the newest of each counts, and decisions have a copy.

Whoever changes them has locked the customers (`offers.services.customer.lock_customers`), and calls
`copy_for_decisions` in the same transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from catalog.database.bulk import among, stored_datetime
from catalog.database.json_rows import Columns, upsert_rows
from engine.restraint.consent import allows_personalisation
from offers.models import ALL_CHANNELS, ConsentStatement, Customer, Inquiry, SurveyAnswer
from offers.services.customer import by_two_keys

Row = dict[str, Any]
# The rows of one table, by customer and by what identifies a row of theirs.
Rows = dict[int, dict[tuple[Any, ...], Row]]
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SignalTable(Struct, frozen=True):
    """A table of signals: `key` identifies a row of a customer; of two, the greater `rank` counts."""

    name: str
    table: str
    model: type[SurveyAnswer | Inquiry | ConsentStatement]
    key: tuple[str, ...]
    columns: Columns
    rank: Callable[[Row], Any]

    def key_of(self, row: Row) -> tuple[Any, ...]:
        """Return what identifies the row among those of its customer."""
        return tuple([row[name] for name in self.key])


ANSWERS: Final = SignalTable(
    name="answers",
    table="offers_surveyanswer",
    model=SurveyAnswer,
    key=("survey", "question"),
    columns={
        "customer_id": "bigint",
        "survey": "text",
        "question": "text",
        "answer": "text",
        "answered_at": "timestamptz",
    },
    rank=lambda row: (row["answered_at"], row["answer"]),
)
INQUIRIES: Final = SignalTable(
    name="inquiries",
    table="offers_inquiry",
    model=Inquiry,
    key=("external_id",),
    columns={
        "customer_id": "bigint",
        "external_id": "text",
        "topic": "text",
        "opened_at": "timestamptz",
        "closed_at": "timestamptz",
        "changed_at": "timestamptz",
    },
    rank=lambda row: (row["changed_at"], row["closed_at"] or _NEVER, row["opened_at"], row["topic"]),
)
CONSENTS: Final = SignalTable(
    name="consents",
    table="offers_consentstatement",
    model=ConsentStatement,
    key=("purpose", "channel", "stated_at", "is_granted"),
    columns={
        "customer_id": "bigint",
        "purpose": "text",
        "channel": "text",
        "is_granted": "boolean",
        "source": "text",
        "wording": "text",
        "page": "text",
        "stated_at": "timestamptz",
    },
    # A statement that is recorded stays as it is.
    rank=lambda _row: 0,
)
SIGNALS: Final = (ANSWERS, INQUIRIES, CONSENTS)


def read_rows(table: SignalTable, customers: Iterable[int]) -> Rows:
    """Return all rows of these customers, in one query; none without customers."""
    keys = sorted(set(customers))
    rows: Rows = {key: {} for key in keys}
    if keys:
        for row in table.model.objects.filter(among("customer_id", keys)).values(*table.columns):
            rows[row["customer_id"]][table.key_of(row)] = row
    return rows


def newer_rows(table: SignalTable, stored: Mapping[tuple[Any, ...], Row], sent: Iterable[Row]) -> list[Row]:
    """Return the rows that replace or extend the stored ones."""
    newest: dict[tuple[Any, ...], Row] = {}
    for row in sent:
        key = table.key_of(row)
        known = newest.get(key) or stored.get(key)
        if known is None or table.rank(row) > table.rank(known):
            newest[key] = row
    return list(newest.values())


def write_rows(table: SignalTable, rows: Iterable[Row]) -> None:
    """Insert or replace rows, in one statement."""
    upsert_rows(
        table=table.table,
        columns=table.columns,
        unique=("customer_id", *table.key),
        rows=[{name: _stored(row[name]) for name in table.columns} for row in rows],
    )


def delete_rows(table: SignalTable, customers: Iterable[int]) -> None:
    """Delete all rows of these customers."""
    keys = list(customers)
    if keys:
        table.model.objects.filter(among("customer_id", keys)).delete()


def copy_for_decisions(customer: Customer, rows: Mapping[str, Iterable[Row]]) -> bool:
    """Set what decisions read from all rows of each table in `rows`; return whether it changed."""
    before = (customer.answers, customer.consents, customer.has_open_inquiry)
    if ANSWERS.name in rows:
        customer.answers = current_answers(rows[ANSWERS.name])
    if CONSENTS.name in rows:
        customer.consents = current_consents(rows[CONSENTS.name])
        customer.is_personalised = allows_personalisation(by_two_keys(customer.consents))
    if INQUIRIES.name in rows:
        customer.has_open_inquiry = any(row["closed_at"] is None for row in rows[INQUIRIES.name])
    return before != (customer.answers, customer.consents, customer.has_open_inquiry)


def current_answers(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    """Return survey → question → answer, without withdrawn answers."""
    answers: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=ANSWERS.key_of):
        if row["answer"]:
            answers.setdefault(row["survey"], {})[row["question"]] = row["answer"]
    return answers


def current_consents(rows: Iterable[Row]) -> dict[str, dict[str, bool]]:
    """Return purpose → channel → whether it is granted, of statements that are in force.

    A newer statement for all channels ends those for single ones; at the same moment, a refusal counts.
    """
    newest: dict[str, dict[str, tuple[datetime, bool]]] = {}
    for row in rows:
        channels = newest.setdefault(row["purpose"], {})
        said = (row["stated_at"], not row["is_granted"])
        channels[row["channel"]] = max(channels.get(row["channel"], said), said)
    consents: dict[str, dict[str, bool]] = {}
    for purpose, channels in sorted(newest.items()):
        general = channels.get(ALL_CHANNELS, (_NEVER, False))
        consents[purpose] = {
            channel: not refused
            for channel, (stated_at, refused) in sorted(channels.items())
            if channel == ALL_CHANNELS or (stated_at, refused) > general
        }
    return consents


def _stored(value: Any) -> Any:
    return stored_datetime(value) if isinstance(value, datetime) else value
