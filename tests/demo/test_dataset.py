import pandas as pd
import pytest

from demo.data.dataset import Dataset, order_table, product_table, unit_prices

PRODUCTS = pd.DataFrame(
    [
        (1, 69, "GROCERY", "Private", "COLD CEREAL", "KIDS CEREAL", "14.5 OZ"),
        (2, 317, "GROCERY", "National", "COLD CEREAL", "KIDS CEREAL", "14.5 OZ"),
        (3, 317, "GROCERY", "National", "COLD CEREAL", "KIDS CEREAL", None),
        (4, 9, "FUEL", "National", "COUPON/MISC ITEMS", "GASOLINE-REG UNLEADED", None),
        (5, 9, "TOYS", "National", None, None, None),
    ],
    columns=[
        "product_id",
        "manufacturer_id",
        "department",
        "brand",
        "product_category",
        "product_type",
        "package_size",
    ],
)
LINES = pd.DataFrame(
    [
        (100, 7, 1, 2, 5.00, "2017-01-02 10:00:00"),
        (101, 7, 1, 1, 2.70, "2017-01-03 10:00:00"),
        (101, 7, 2, 3, 10.00, "2017-01-03 10:00:00"),
        (102, 8, 2, 0, 0.00, "2017-01-04 10:00:00"),
        (103, 8, 99, 1, 1.00, "2017-01-05 10:00:00"),
    ],
    columns=["basket_id", "household_id", "product_id", "quantity", "sales_value", "transaction_timestamp"],
).astype({"transaction_timestamp": "datetime64[ns]"})
DATA = Dataset(PRODUCTS, LINES)


def test_unit_prices__bought_product__is_the_median_unit_price() -> None:
    # (5.00 / 2 + 2.70) / 2.
    assert unit_prices(DATA)[0] == pytest.approx(2.60)


def test_unit_prices__never_bought__is_the_median_of_similar_products() -> None:
    prices = unit_prices(DATA)

    # (2.60 + 3.333…) / 2, rounded to cents.
    assert prices[2] == pytest.approx(2.97)
    assert prices[4] > 0


def test_product_table__rows__have_readable_names() -> None:
    table = product_table(DATA)

    assert table["name"].tolist()[:2] == [
        "Kids cereal, 14.5 oz, store brand",
        "Kids cereal, 14.5 oz, maker 317",
    ]
    assert table["category"][0] == "Grocery > Cold cereal > Kids cereal"
    assert table["category"][4] == "Toys"
    assert table["brand"].tolist()[:2] == ["Store brand", "Maker 317"]
    assert set(table["currency"]) == {"USD"}


def test_product_table__non_merchandise__is_hidden() -> None:
    assert product_table(DATA)["hidden"].tolist() == [False, False, False, True, False]


def test_order_table__lines__are_kept_as_they_are() -> None:
    table = order_table(DATA)

    assert table["unit_price"].tolist() == ["2.50", "2.70", "3.33", "0.00", "1.00"]
    assert table["quantity"].tolist() == [2, 1, 3, 0, 1]
    assert table["placed_at"][0] == pd.Timestamp("2017-01-02 10:00", tz="UTC")
