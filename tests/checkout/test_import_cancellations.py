"""Order files that say which orders were cancelled."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from checkout.models import Allocation, OfferUsage, Order
from tests.checkout.charging import charge
from tests.offers.market import publish, stock_shop, tea_by_the_three
from tests.support.api_cast import caller

pytestmark = pytest.mark.django_db
HEADER = "order_id,placed_at,customer_id,sku,quantity,unit_price,status,cancelled_at\n"
PLACED, CANCELLED = "2026-01-02T10:00Z", "2026-01-03T10:00Z"
CANCELLED_AT = datetime(2026, 1, 3, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def goods() -> dict[str, Product]:
    return stock_shop()


def run(folder: Path, *rows: str, header: str = HEADER, **options: Any) -> None:
    path = folder / "orders.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    call_command("import_orders", path, "--no-progress", **options)


def row(status: str = "", cancelled_at: str = "", order_id: str = "o1", sku: str = "tea") -> str:
    return f"{order_id},{PLACED},c1,{sku},2,480,{status},{cancelled_at}"


def cancelled() -> dict[str, datetime | None]:
    return dict(Order.objects.values_list("order_id", "cancelled_at"))


def test_import__with_a_status__cancels_and_places_again(tmp_path: Path) -> None:
    seen = []
    for status, moment in [("cancelled", CANCELLED), ("", ""), ("cancelled", ""), ("placed", ""), ("", "")]:
        run(tmp_path, row(status, moment), row(status, moment, sku="bread"))
        seen.append(cancelled()["o1"])

    assert seen == [CANCELLED_AT, CANCELLED_AT, CANCELLED_AT, None, None]


def test_import__without_the_columns__keeps_the_status(tmp_path: Path) -> None:
    run(tmp_path, row("cancelled", CANCELLED))

    run(tmp_path, f"o1,{PLACED},c1,tea,3,480", header=HEADER.replace(",status,cancelled_at", ""))
    kept = cancelled()
    run(tmp_path, "o1,2026-02-01T10:00Z,c1,tea,3,480", header=HEADER.replace(",status,cancelled_at", ""))

    assert kept == {"o1": CANCELLED_AT}
    assert cancelled() == {"o1": datetime(2026, 2, 1, 10, tzinfo=UTC)}


def test_import__cancelled_without_a_time__is_cancelled_as_of_the_import(tmp_path: Path) -> None:
    run(tmp_path, row("cancelled"))
    first = cancelled()["o1"]

    run(tmp_path, row("cancelled"))

    assert first is not None
    assert first > CANCELLED_AT
    assert cancelled()["o1"] == first


WRONG = {
    "unknown status": (row("shipped"), "status"),
    "no status": (row("", CANCELLED), "status"),
    "placed": (row("placed", CANCELLED), "cancelled_at"),
    "before the order": (row("cancelled", "2026-01-01"), "cancelled_at"),
    "future": (row("cancelled", "2999-01-01"), "cancelled_at"),
    "no time": (row("cancelled", "yesterday"), "cancelled_at"),
}


@pytest.mark.parametrize(("bad", "column"), WRONG.values(), ids=WRONG)
def test_import__invalid_cancellation__is_rejected(
    tmp_path: Path, bad: str, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, row(order_id="o2"), bad, keep_good=True)

    assert f"row 3, {column}:" in capsys.readouterr().err
    assert cancelled() == {"o2": None}


def test_import__lines_that_differ_in_the_status__are_rejected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        run(tmp_path, row("cancelled", CANCELLED), row("placed", "", sku="bread"), row("cancelled"))

    told = capsys.readouterr().err
    assert "row 3, status: 'placed'" in told
    assert "row 4, cancelled_at:" in told


def test_import__of_a_charged_order__changes_its_status_only(
    tmp_path: Path, goods: dict[str, Product]
) -> None:
    tea_by_the_three(goods["tea"])
    publish()
    server = caller("secret")
    charge(server, "o1", tea=3)
    before = Order.objects.get()

    run(tmp_path, row("cancelled"), row("cancelled", order_id="o2"))
    cancelled_once = OfferUsage.objects.get().used_count, cancelled()["o1"] is not None
    run(tmp_path, row("placed"))

    order = Order.objects.get(order_id="o1")
    assert cancelled_once == (0, True)
    assert (OfferUsage.objects.get().used_count, order.cancelled_at) == (1, None)
    assert (order.placed_at, order.lines.count()) == (before.placed_at, 3)
    server.post("/api/v1/orders/o1/refunds", {"cancelled": True}, Idempotency_Key="c")
    run(tmp_path, row("placed"))
    assert cancelled()["o1"] is not None
    assert Allocation.objects.get().refunded_minor == 2700
