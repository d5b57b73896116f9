from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from catalog.imports import csv_file
from catalog.models import Product
from checkout.models import LineAttribution, Order, OrderLine
from offers.models import Customer

pytestmark = pytest.mark.django_db
HEADER = "order_id,placed_at,customer_id,sku,quantity,unit_price,currency\n"
DAY = "2026-01-02 10:00"


@pytest.fixture(autouse=True)
def shelf() -> None:
    for sku in ("tea", "cup", "pot"):
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=500)


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "orders.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def run(path: Path, *options: Any) -> None:
    call_command("import_orders", path, "--no-progress", *options)


def stored() -> list[tuple[Any, ...]]:
    names = ("order__order_id", "position", "product__sku", "quantity", "unit_price_minor")
    return list(OrderLine.objects.order_by("order__order_id", "position").values_list(*names))


def test_import__orders_spread_over_the_file__are_combined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 100)
    rows = [
        f"o{n % 2},{DAY},c{n % 2},{sku},{n + 1},480,JPY" for n, sku in enumerate(["tea", "cup", "pot"] * 4)
    ]

    run(write(tmp_path, *rows))

    lines = stored()
    assert [line[:2] for line in lines] == [(f"o{order}", place) for order in range(2) for place in range(6)]
    assert [line[3] for line in lines] == [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12]
    assert Customer.objects.count() == 2


def test_import__head_of_an_order__is_stored(tmp_path: Path, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    header = "sku,quantity,unit_price,order_id,placed_at,customer_id\n"

    run(write(tmp_path, f"tea,2.0,480,o1,{DAY},", header=header))

    order = Order.objects.get()
    assert order.placed_at == datetime(2026, 1, 2, 1, tzinfo=UTC)
    assert (order.customer, order.currency) == (None, "JPY")


@pytest.mark.parametrize(
    ("placed_at", "reason"),
    [
        ("2025-10-26 02:30", "occurs twice in the time zone Europe/Berlin"),
        ("2025-03-30T02:30:15", "does not exist in the time zone Europe/Berlin"),
    ],
)
def test_import__local_time_at_a_clock_change__is_a_reject_that_names_it(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], placed_at: str, reason: str
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    path = write(tmp_path, f"o1,{placed_at},,tea,1,480,JPY", "o2,2025-10-26 02:30+01:00,,tea,1,480,JPY")

    run(path, "--keep-good")

    said = capsys.readouterr()
    local = placed_at.replace("T", " ")
    assert f"row 2, placed_at: '{placed_at}': {local} {reason}: the clocks are put" in said.out + said.err
    assert "Add the UTC offset." in said.out + said.err
    assert Order.objects.get().placed_at == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_import__repeated__leaves_the_same_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, f"o1,{DAY},c1,tea,1,480,", f"o1,{DAY},c1,cup,1,900,", f"o2,{DAY},,tea,3,480,")
    run(path)
    before = list(OrderLine.objects.order_by("pk").values()), list(Order.objects.order_by("pk").values())

    run(path)

    after = list(OrderLine.objects.order_by("pk").values()), list(Order.objects.order_by("pk").values())
    assert before == after
    assert "2 orders, 0 of them new. 3 lines: 0 added, 3 already there, 0 old ones removed." in (
        capsys.readouterr().out
    )


def test_import__changed_order__replaces_the_stored_one_and_no_other(tmp_path: Path) -> None:
    run(write(tmp_path, f"o1,{DAY},c1,tea,1,480,", f"o1,{DAY},c1,cup,1,900,", f"o2,{DAY},c1,tea,3,480,"))

    run(write(tmp_path, "o1,2026-01-03,c2,tea,1,480,", "o1,2026-01-03,c2,pot,2,900,"))

    assert stored() == [("o1", 0, "tea", 1, 480), ("o1", 1, "pot", 2, 900), ("o2", 0, "tea", 3, 480)]
    order = Order.objects.select_related("customer").get(order_id="o1")
    assert order.customer is not None
    assert (order.customer.external_id, order.placed_at.day) == ("c2", 3)


def test_import__fewer_lines__removes_the_others_and_their_attribution(tmp_path: Path) -> None:
    run(write(tmp_path, f"o1,{DAY},c1,tea,1,480,", f"o1,{DAY},c1,cup,1,900,"))
    for line in OrderLine.objects.all():
        LineAttribution.objects.create(line=line, decision="d", offer_code="morning")

    run(write(tmp_path, f"o1,{DAY},c1,tea,1,480,"))

    assert stored() == [("o1", 0, "tea", 1, 480)]
    assert LineAttribution.objects.get().line.position == 0


TOMORROW = (datetime.now(UTC) + timedelta(days=3)).isoformat()
BAD_ROWS = [
    (f"o1,{DAY},c1,nothing,1,480,JPY", "sku", "No product has this SKU."),
    (f"o1,{DAY},c1,tea,0,480,JPY", "quantity", "Must be between 1 and 2147483647."),
    (f"o1,{DAY},c1,tea,2147483648,480,JPY", "quantity", "Must be between 1 and 2147483647."),
    (f"o1,{DAY},c1,tea,1.5,480,JPY", "quantity", "Must be a whole number."),
    (f"o1,{DAY},c1,tea,１,480,JPY", "quantity", "Must be a whole number."),
    (f"o1,{DAY},c1,tea,1,-0.01,JPY", "unit_price", "Must not be negative."),
    (f"o1,{DAY},c1,tea,1,9007199254740992,JPY", "unit_price", "Exceeds the maximum."),
    (
        f"o1,{DAY},c1,tea,1,free,JPY",
        "unit_price",
        "Must be a decimal number without separators",
    ),
    (
        f"o1,{DAY},c1,tea,1,480,XXQ",
        "currency",
        "Must be an ISO 4217 currency code in upper case",
    ),
    ("o1,2026-02-30,c1,tea,1,480,JPY", "placed_at", "Invalid date"),
    ("o1,01/02/2026,c1,tea,1,480,JPY", "placed_at", "Invalid date"),
    (f"o1,{TOMORROW},c1,tea,1,480,JPY", "placed_at", "Must not be before 1970 or in the future."),
    (f",{DAY},c1,tea,1,480,JPY", "order_id", "Must not be empty."),
    (f"{'o' * 129},{DAY},c1,tea,1,480,JPY", "order_id", "Must not exceed 128 characters."),
    (f"o1,{DAY},c\x00,tea,1,480,JPY", "customer_id", "Contains characters that are not allowed."),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_import__invalid_row__is_rejected_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str, column: str, reason: str
) -> None:
    path = write(tmp_path, f"o0,{DAY},c0,tea,1,480,JPY", row)

    with pytest.raises(CommandError, match="1 of 2 rows were rejected"):
        run(path)

    assert f"row 3, {column}: " in (said := capsys.readouterr().err)
    assert reason in said
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize("block_bytes", [100, 100_000])
@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("o1,2026-01-03,c1,cup,1,900,JPY", "placed_at: '2026-01-03 00:00:00 UTC'"),
        (f"o1,{DAY},c2,cup,1,900,JPY", "customer_id: 'c2'"),
        (f"o1,{DAY},c1,cup,1,900,USD", "currency: 'USD'"),
    ],
)
def test_import__line_that_contradicts_its_order__is_rejected(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    row: str,
    cell: str,
    block_bytes: int,
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", block_bytes)
    good = f"o1,{DAY},c1,{{}},1,480,JPY"

    run(write(tmp_path, good.format("tea"), row, good.format("pot")), "--keep-good")

    assert f"row 3, {cell}: " in (said := capsys.readouterr()).err
    assert "Differs from the first line of the order, row 2." in said.err
    assert [line[1:3] for line in stored()] == [(0, "tea"), (1, "pot")]


def test_import__price_with_more_decimals__is_rounded_half_up(tmp_path: Path) -> None:
    prices = ["1.005", "0.333333333333", "5e-05", "2.675"]

    run(write(tmp_path, *(f"o1,{DAY},c1,tea,1,{price},USD" for price in prices)))

    assert [line[4] for line in stored()] == [101, 33, 0, 268]


def test_import__parquet__gives_the_same_as_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "order_id": [31198570044.0, 31198570044.0],
            "placed_at": pd.to_datetime(["2026-01-02 10:00", "2026-01-02 10:00"]),
            "customer_id": [900.0, 900.0],
            "sku": ["tea", "cup"],
            "quantity": [1.0, 2.0],
            "unit_price": [2.675, 0.5],
            "currency": "USD",
        }
    )
    frame.to_csv(tmp_path / "orders.csv", index=False)
    run(tmp_path / "orders.csv")
    from_csv = stored()
    frame["order_id"] = frame["order_id"].astype("int64")
    frame.to_parquet(tmp_path / "orders.parquet")
    Order.objects.all().delete()

    run(tmp_path / "orders.parquet")

    assert [line[1:] for line in stored()] == [line[1:] for line in from_csv]
    assert Order.objects.get().order_id == "31198570044"


def test_import__more_rows__makes_no_more_queries(tmp_path: Path) -> None:
    counts = []
    for size in (3, 3000):
        path = write(tmp_path, *(f"{size}-{n},{DAY},c{n},tea,1,480," for n in range(size)))
        with CaptureQueriesContext(connection) as queries:
            run(path)
        counts.append(len(queries))

    assert counts[0] == counts[1]


LINES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["tea", "cup", "pot"]), st.integers(1, 3)), max_size=12
)


@hypothesis_settings(max_examples=40)
@given(files=st.lists(LINES, min_size=1, max_size=3))
def test_import__any_sequence_of_files__each_order_is_as_in_its_last_file(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[str, str, int]]]
) -> None:
    Order.objects.all().delete()
    expected: dict[str, list[tuple[str, int]]] = {}
    folder = tmp_path_factory.mktemp("orders")

    for lines in files:
        run(write(folder, *(f"{order},{DAY},c,{sku},{quantity},480," for order, sku, quantity in lines)))
        expected |= {
            order: [(sku, quantity) for name, sku, quantity in lines if name == order]
            for order, _, _ in lines
        }

    found: dict[str, list[tuple[str, int]]] = {}
    for order, _position, sku, quantity, _price in stored():
        found.setdefault(order, []).append((sku, quantity))
    assert found == expected


def test_import__truncated_file__writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 100)
    path = write(tmp_path, *(f"o{n},{DAY},c{n},tea,1,480," for n in range(50)))
    with path.open("ab") as stream:
        stream.write(f"o99,{DAY},".encode() + b"\xe3\x82")

    with pytest.raises(CommandError, match="line 52 is not valid UTF-8"):
        run(path)

    assert not Order.objects.exists()
    run(write(tmp_path, f"o1,{DAY},c1,tea,1,480,"))
    assert Order.objects.count() == 1


def blocks(heading: str) -> str:
    """Return the first indented block below a heading of the page on imports."""
    page = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2]
    lines = [line.removeprefix("    ") for line in section.splitlines() if line.startswith("    ")]
    return "".join(f"{line}\n" for line in lines[: 4 if heading == "Orders" else 3])


def test_documentation__its_example_files__are_imported(tmp_path: Path) -> None:
    for name in ("products", "orders"):
        (tmp_path / f"{name}.csv").write_text(blocks(name.capitalize()), encoding="utf-8")

        call_command(f"import_{name}", tmp_path / f"{name}.csv", "--no-progress")

    assert [line[:4] for line in stored()] == [
        ("A-1001", 0, "GC-80", 2),
        ("A-1001", 1, "GC-200", 1),
        ("A-1002", 0, "GC-80", 1),
    ]
    assert [line[4] for line in stored()] == [780, 1680, 703]
