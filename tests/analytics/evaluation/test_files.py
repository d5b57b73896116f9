from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.evaluation.history import ANONYMOUS
from analytics.evaluation.order_file import Orders, read_orders
from analytics.evaluation.product_file import Catalogue, read_catalogue
from catalog.imports.rejects import ImportFileError
from engine.snapshot.data import NO_CATEGORY

AT = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "order_id,placed_at,customer_id,sku,quantity,unit_price"
LINES = (
    "o2,2025-03-02 10:00,ann,tea,1,3.50",
    "o1,2025-03-01 10:00,,milk,2,1.20",
    "o1,2025-03-01 10:00,,tea,1,3.50",
    "o2,2025-03-02 10:00,ann,bread,1,2.00",
)
Reader = Callable[..., Orders]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def read(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Orders:
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return read_orders(path, at=AT, encoding=encoding)

    return read


def test_read_orders__lines_in_any_sequence__are_numbered_by_time_and_sku(read: Reader) -> None:
    orders = read(*LINES)

    assert orders.skus == ["bread", "milk", "tea"]
    assert orders.history.baskets().toarray().tolist() == [[0, 1, 1], [1, 0, 1]]
    assert orders.history.customer.tolist() == [ANONYMOUS, 0]
    assert orders.history.placed_us[0] == pd.Timestamp("2025-03-01 10:00", tz="UTC").value // 1000


def test_read_orders__order_of_the_lines__changes_nothing(read: Reader) -> None:
    one, other = read(*LINES).history, read(*sorted(LINES)).history

    assert np.array_equal(one.baskets().toarray(), other.baskets().toarray())
    assert np.array_equal(one.placed_us, other.placed_us)


def test_read_orders__conflicting_lines_of_an_order__the_first_one_wins(read: Reader) -> None:
    history = read(
        "o1,2025-03-02,ann,tea,1,1", "o1,2025-03-01,bob,milk,1,1", "o2,2025-03-03,ann,tea,1,1"
    ).history

    assert history.placed_us.tolist() == [pd.Timestamp(f"2025-03-0{day}").value // 1000 for day in (2, 3)]
    assert history.customer.tolist() == [0, 0]


def test_read_orders__orders_at_one_time__are_numbered_by_id(read: Reader) -> None:
    orders = read("o9,2025-03-01,,tea,1,1", "o10,2025-03-01,,milk,1,1")

    assert orders.history.baskets().toarray().tolist() == [[1, 0], [0, 1]]
    assert orders.history.customer.tolist() == [ANONYMOUS, ANONYMOUS]


def test_read_orders__quantity_below_one__is_skipped_with_its_product(read: Reader) -> None:
    orders = read(*LINES, "o3,2025-03-03,bob,soap,0,1.00", "o4,2025-03-03,bob,rice,-1,1.00")

    assert (orders.line_count, orders.below_one_count, orders.log.row_count) == (6, 2, 0)
    assert orders.history.order_count == 2
    assert orders.skus == ["bread", "milk", "tea"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("o3,yesterday,bob,soap,1,1.00", "placed_at"),
        ("o3,2027-01-01,bob,soap,1,1.00", "placed_at"),
        (",2025-03-03,bob,soap,1,1.00", "order_id"),
        ("o3,2025-03-03,bob,,1,1.00", "sku"),
        ("o3,2025-03-03,bob,soap,one,1.00", "quantity"),
        ("o3,2025-03-03", ""),
    ],
)
def test_read_orders__bad_line__is_skipped_and_reported(read: Reader, line: str, column: str) -> None:
    orders = read(*LINES, line)

    assert [(reject.row, reject.column) for reject in orders.log.first] == [(6, column)]
    assert orders.history.order_count == 2


def test_read_orders__cancelled_order__is_skipped(read: Reader) -> None:
    orders = read(
        "o1,2025-03-01,,tea,1,1,",
        "o2,2025-03-01,,cup,1,1,cancelled",
        "o3,2025-03-01,,pot,0,1,cancelled",
        "o4,2025-03-01,,tea,1,1,placed",
        header="order_id,placed_at,customer_id,sku,quantity,unit_price,status",
    )

    assert (orders.history.order_count, orders.skus) == (2, ["tea"])
    assert (orders.line_count, orders.cancelled_count, orders.below_one_count) == (4, 2, 0)


def test_read_orders__full_width_sku__is_the_same_product(read: Reader) -> None:
    orders = read("o1,2025-03-01,,ＡＢ－１,1,1", "o2,2025-03-01,,AB-1,1,1")

    assert orders.skus == ["AB-1"]


def test_read_orders__japanese_csv__is_read_in_its_encoding(read: Reader) -> None:
    assert read("o1,2025-03-01,,お茶,1,1", encoding="cp932").skus == ["お茶"]


def test_read_orders__parquet__reads_the_same_as_csv(tmp_path: Path, read: Reader) -> None:
    frame = pd.DataFrame([line.split(",") for line in LINES], columns=HEADER.split(","))
    frame["placed_at"] = pd.to_datetime(frame["placed_at"], utc=True)
    frame["quantity"] = frame["quantity"].astype("int64")
    frame.to_parquet(tmp_path / "orders.parquet")

    one, other = read_orders(tmp_path / "orders.parquet", at=AT), read(*LINES)

    assert one.skus == other.skus
    assert np.array_equal(one.history.placed_us, other.history.placed_us)
    assert np.array_equal(one.history.baskets().toarray(), other.history.baskets().toarray())


def test_read_orders__column_missing__raises_with_its_name(read: Reader) -> None:
    with pytest.raises(ImportFileError, match="is missing required columns: placed_at"):
        read("o1,tea,1", header="order_id,sku,quantity")


def test_read_orders__only_a_header__is_an_empty_history(read: Reader) -> None:
    orders = read()

    assert (orders.line_count, orders.history.order_count, orders.skus) == (0, 0, [])


def catalogue(path: Path, *lines: str) -> Catalogue:
    file = path / "products.csv"
    file.write_text("\n".join(["sku,name,price,category,hidden", *lines]) + "\n")
    return read_catalogue(file, skus=["bread", "milk", "tea"])


def test_read_catalogue__categories__are_a_tree_with_all_ancestors(tmp_path: Path) -> None:
    read = catalogue(tmp_path, "tea,Tea,3,Food > Drinks > Hot,", "milk,Milk,1,Food,", "soap,Soap,1,Bath,")

    # Food, Food > Drinks, Food > Drinks > Hot; soap was never bought, so there is no Bath.
    assert read.category_parent.tolist() == [NO_CATEGORY, 0, 1]
    assert read.category.tolist() == [NO_CATEGORY, 0, 2]
    assert read.is_known.tolist() == [False, True, True]


def test_read_catalogue__hidden__reads_the_same_as_in_the_import(tmp_path: Path) -> None:
    read = catalogue(tmp_path, "tea,Tea,3,,yes", "milk,Milk,1,,", "bread,Bread,1,,maybe")

    assert read.is_hidden.tolist() == [False, False, True]
    assert [(reject.row, reject.column) for reject in read.log.first] == [(4, "hidden")]


def test_bare_catalogue__products__are_known_and_visible() -> None:
    bare = Catalogue.bare(["a", "b"])

    assert bare.is_known.all()
    assert not bare.is_hidden.any()
    assert bare.category.tolist() == [NO_CATEGORY, NO_CATEGORY]
