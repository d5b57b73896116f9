from datetime import UTC, datetime

import pandas as pd
import pytest

from demo.data.dataset import Dataset, order_table, product_table
from demo.data.invented import COVER_DAYS, invented_stock, moved_to, with_invented_columns

COLUMNS = [
    "product_id",
    "manufacturer_id",
    "department",
    "brand",
    "product_category",
    "product_type",
    "package_size",
]
# Products whose number ends in 0 have stock.
ROWS = [
    (30, 1, "GROCERY", "Private", "TEAS", "TEA BAGS", "8 OZ"),
    (40, 1, "DRUG GM", "Private", "BATTERIES", "BATTERIES", "4 CT"),
    (41, 1, "GROCERY", "Private", "TEAS", "TEA BAGS", "16 OZ"),
    (50, 1, "FUEL", "Private", "COUPON/MISC ITEMS", "GASOLINE-REG UNLEADED", None),
    (60, 1, "GROCERY", "Private", "COFFEE", "GROUND COFFEE", "8 OZ"),
]


@pytest.fixture
def data() -> Dataset:
    """Return data in which all but the last product are in 20 orders, 73 units in total."""
    lines = [
        (basket, 1, product, 54 if basket == 0 else 1, 10.0, pd.Timestamp("2017-03-04 12:30"))
        for product, *_ in ROWS[:-1]
        for basket in range(20)
    ]
    lines.append((99, 1, 60, 5, 5.0, pd.Timestamp("2017-12-31 23:00")))
    columns = [
        "basket_id",
        "household_id",
        "product_id",
        "quantity",
        "sales_value",
        "transaction_timestamp",
    ]
    return Dataset(pd.DataFrame(ROWS, columns=COLUMNS), pd.DataFrame(lines, columns=columns))


def test_moved_to__orders_of_2017__end_less_than_a_week_ago_on_the_same_weekday(data: Dataset) -> None:
    at = datetime(2026, 11, 22, 6, tzinfo=UTC)
    orders = order_table(data)

    moved = moved_to(orders, at=at)

    assert moved["placed_at"].max() == pd.Timestamp("2026-11-15 23:00", tz="UTC")
    assert moved["placed_at"].dt.day_of_week.equals(orders["placed_at"].dt.day_of_week)
    assert moved["placed_at"].diff().equals(orders["placed_at"].diff())


def test_invented_stock__regular_products__is_set_for_every_tenth(data: Dataset) -> None:
    stock = invented_stock(data)

    # 73 units per year are a fifth of a unit per day.
    assert stock[0] == COVER_DAYS[30 // 10] / 5
    assert stock[1] == COVER_DAYS[40 // 10] / 5
    # Different number, not merchandise, hardly bought.
    assert stock[2:].isna().all()


def test_with_invented_columns__tax__applies_to_non_food(data: Dataset) -> None:
    table = with_invented_columns(product_table(data), data)

    assert table["tax_rate"].tolist() == ["0", "0.07", "0", "0", "0"]
    assert not table["tax_included"].any()
