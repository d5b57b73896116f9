"""Daily totals: what each source adds, and that counting changed days equals counting from scratch."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from analytics.services.totals.count import count_changed, rebuild_totals
from analytics.tasks import count_totals
from checkout.models import Order
from checkout.services.customer_merge import merge_customers
from checkout.services.ledger import OrderTooLargeError
from checkout.services.refund import cancel_order, refund_order
from checkout.services.returned_lines import RefundRefusedError, ReturnedLine
from engine.journal.record import JournalWithheld
from offers.models import ChangedDay
from tests.analytics.services.totals.shop import (
    DAY,
    NOON,
    SKUS,
    all_totals,
    buy,
    create_products,
    decide,
    happen,
    store,
    totals,
)
from tests.engine.journal.records import record, slot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def products(settings: Settings) -> None:
    settings.TIME_ZONE, settings.AWASE_TAX_DISPLAY = "Asia/Tokyo", "gross"
    create_products()


def count(**of: Any) -> list[dict[str, Any]]:
    """Count what has changed; return the totals without the keys that all of them have."""
    count_changed(at=NOON)
    assert not ChangedDay.objects.exists()
    common = {"day", "version", "channel", "kind", "strategy", "placement", "currency"}
    return [{name: row[name] for name in row if name not in common} for row in totals(**of)]


def test_total__of_a_decision_and_its_events__has_all_its_keys(tmp_path: Path) -> None:
    decide(tmp_path, 1)
    happen(1, "butter", "click", "accept", "decline")

    count_changed(at=NOON)

    assert totals() == [
        {
            "day": NOON.date(),
            "offer": "with-butter",
            "version": 2,
            "placement": "cart",
            "channel": "web",
            "kind": "cross_sell",
            "strategy": "bought_together",
            "product": "butter",
            "currency": "JPY",
            "decided": 1,
            "shown": 1,
            "seen": 1,
            "clicked": 1,
            "accepted": 1,
            "declined": 1,
        }
    ]


def test_total__of_what_was_withheld__is_decided_and_not_shown(tmp_path: Path) -> None:
    store(
        tmp_path,
        [
            record(
                1,
                at=int(NOON.timestamp() * 1000),
                shown=(),
                withheld=(JournalWithheld("holdout", slot(offer="held")),),
            )
        ],
        NOON,
    )

    assert count() == [{"offer": "held", "product": "butter", "decided": 1}]


def test_total__audiences_of_the_shopper__have_rows_of_their_own(tmp_path: Path) -> None:
    decide(tmp_path, 1, audiences=(4, 7))
    decide(tmp_path, 2)

    assert [(row.get("audience", 0), row["decided"]) for row in count()] == [(0, 2), (4, 1), (7, 1)]


def test_total__orders__are_apart_by_how_they_came_to_the_offer(tmp_path: Path) -> None:
    decide(tmp_path, 1, skus=("butter", "jam"))
    happen(1, "butter", "click")
    buy("declared", ("jam", 1), number=1)
    buy("clicked", ("butter", 2), ("tea", 3))

    sold = [row for row in count() if "credit" in row]

    # 108 yen have 100 yen without tax. The cost of tea is unknown.
    assert sold == [
        {"offer": "with-butter", "product": "butter", "credit": "clicked", "orders": 1, "units": 2,
         "sales_minor": 216, "costed_units": 2, "margin_minor": 80},
        {"offer": "with-butter", "product": "tea", "credit": "assisted", "orders": 1, "units": 3,
         "sales_minor": 324},
        {"offer": "with-jam", "product": "jam", "credit": "declared", "orders": 1, "units": 1,
         "sales_minor": 108, "costed_units": 1, "margin_minor": 30},
    ]  # fmt: skip


def test_total__refund__is_subtracted_from_the_day_of_the_order(tmp_path: Path) -> None:
    decide(tmp_path, 1, at=NOON - DAY)
    buy("o", ("butter", 3), number=1, placed_at=NOON - DAY)
    count_changed(at=NOON)

    refund_order(order_id="o", returned=[ReturnedLine(0, 1)], is_preview=False, at=NOON)

    [sold] = [row for row in count(day=(NOON - DAY).date()) if "credit" in row]
    assert (sold["units"], sold["sales_minor"]) == (3, 324)
    assert (sold["returned_units"], sold["returned_minor"]) == (1, 108)
    assert (sold["costed_units"], sold["margin_minor"]) == (2, 80)


def test_total__cancelled_order__is_not_counted_until_it_is_placed_again(tmp_path: Path) -> None:
    decide(tmp_path, 1)
    buy("o", ("butter", 1), number=1)
    before = count()

    buy("o", ("butter", 1), number=1, status="cancelled")
    assert [row for row in count() if "credit" in row] == []
    buy("o", ("butter", 1), number=1, status="placed")
    assert count() == before


def test_total__decision_that_was_not_journalled__keeps_what_the_event_says() -> None:
    happen(1, "butter", "click")

    [row] = count()

    assert row == {"offer": "with-butter", "seen": 1, "clicked": 1}
    assert totals()[0]["placement"] == "cart"


def test_days__of_which_the_journal_may_be_deleted__are_final(settings: Settings) -> None:
    settings.AWASE_JOURNAL_DAYS = 40
    buy("old", ("butter", 1), number=1, placed_at=NOON - 10 * DAY)
    buy("open", ("butter", 1), number=1, placed_at=NOON - 9 * DAY)

    count_changed(at=NOON)

    assert [row["day"] for row in totals()] == [(NOON - 9 * DAY).date()]
    assert next(rebuild_totals(since=NOON.date() - 20 * DAY, at=NOON)) == (NOON - 9 * DAY).date()


def test_count__nothing_changed__reads_one_table_only() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert count_totals() == 0

    assert len(queries) == 1


def act(folder: Path, dice: random.Random, number: int, decided: dict[int, datetime]) -> None:
    """Let something happen at a random moment of the last days, as any writer might.

    `decided` has the moments of the decisions so far, also of those that were not journalled.
    """
    sku, at = dice.choice(SKUS), NOON - timedelta(hours=dice.randrange(24 * 6))
    order_id, customer = f"o-{dice.randrange(12)}", dice.choice("abc")
    known = dice.randrange(number + 1)
    match dice.choice(["decide", "decide", "happen", "happen", "buy", "buy", "refund", "cancel", "merge"]):
        case "decide":
            audiences = dice.choice([None, (), (4,), (4, 7)])
            decided[number] = at
            decide(folder, number, at=at, skus=(sku, dice.choice(SKUS)), audiences=audiences)
        case "happen":
            happened = max(at, decided.setdefault(known, at))
            said = dice.sample(["click", "accept", "decline"], 2)
            purpose = dice.choice(["", "", "prefetch"])
            made = decided[known]
            happen(known, sku, *said, at=happened, decided_at=made, customer=customer, purpose=purpose)
        case "buy" if not Order.objects.filter(order_id=order_id, allocation__isnull=False).exists():
            lines = [(dice.choice(SKUS), dice.randrange(1, 5)) for _line in range(3)]
            named = dice.choice([None, known])
            buy(order_id, *lines, number=named, placed_at=at, customer=customer)
        case "refund" if Order.objects.filter(order_id=order_id).exists():
            try:
                returned = [ReturnedLine(dice.randrange(3), dice.randrange(1, 4))]
                refund_order(order_id=order_id, returned=returned, is_preview=False, at=NOON)
            except (RefundRefusedError, OrderTooLargeError):
                pass
        case "cancel" if Order.objects.filter(order_id=order_id).exists():
            cancel_order(order_id=order_id, is_preview=False, at=NOON)
        case "merge" if dice.random() < 0.2:
            merge_customers(survivor="a", other="b")


@pytest.mark.parametrize("seed", range(3))
def test_totals__counted_while_things_happen__equal_those_from_scratch(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (a test)
    decided: dict[int, datetime] = {}
    # Most of what happens becomes old: days that were counted by the hour are counted at once.
    for number in range(80):
        at = NOON if number < 50 else NOON + 2 * DAY
        act(tmp_path, dice, number, decided)
        if dice.random() < 0.3:
            count_changed(at=at)
    count_changed(at=NOON + 2 * DAY)
    counted = all_totals()

    days = [*rebuild_totals(since=(NOON - 40 * DAY).date(), at=NOON + 2 * DAY)]

    assert all_totals() == counted
    assert len(days) == 43
    sales = [row.get("sales_minor", 0) for row in counted["totals"]]
    assert sum(sales) == sum(row.get("sales_minor", 0) for row in counted["results"]) > 0
    assert sum(row.get("clicked", 0) for row in counted["totals"]) > 0
    assert sum(row.get("reported", 0) for row in counted["exposures"]) > 0
    assert all(counted.values())


def test_command__counts_from_a_day__says_which(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rebuild_totals", "--since", "9999-01-01")

    assert "No day to count." in capsys.readouterr().out
