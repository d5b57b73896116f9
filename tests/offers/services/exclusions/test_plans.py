"""Storing events reads the rows that it needs, however many events there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.offers.reported import decided, report, sent

pytestmark = pytest.mark.django_db
WHOLE_TABLE = {"sqlite": ("SCAN offers_event", "SCAN U0"), "postgresql": ("Seq Scan on offers_event",)}


def plan_of(sql: str, params: Any) -> str:
    """Return how the database runs a statement with bound values: as literals they tell it more."""
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def statements_of(work: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements that look for rows of the events, with their values."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if '"offers_event"' in sql and "WHERE" in sql:
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return statements


def test_store_events__with_every_rule__never_reads_the_whole_table() -> None:
    shown = decided(key=7)
    report(sent("seen", "impression", shown), sent("no", "decline", shown))
    batch = sent("used", "click", shown), sent("no-again", "decline", shown, customer="c-1")

    statements = statements_of(lambda: report(*batch, network="192.0.2.1"))

    # Visitors and networks of a burst, declines without a customer, clicks that waited for an impression, and
    # the last ones by their keys, to lock them and to count them from now on.
    assert len(statements) == 6
    if connection.vendor == "postgresql":
        # A small table is read as a whole, unless this is avoided where it can be.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plans = [plan_of(sql, params) for sql, params in statements]
    assert [plan for plan in plans if any(found in plan for found in WHOLE_TABLE[connection.vendor])] == []
