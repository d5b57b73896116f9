"""What the demo invents in addition to the data: current dates, stock, sales tax and confirmed ages.

The data is from 2017 and has neither stock nor tax, nor anybody's age. Without them no product would be
due or slow-moving, no quote would have a tax line, and nobody could be offered wine. Measurements use the
original data.
"""

import hashlib
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from demo.data.dataset import Dataset, is_hidden, order_counts

# Chosen so that of the three shoppers of the demo page some are confirmed, and some are not.
_SALT: Final = "age"
WEEK = pd.Timedelta(days=7)
DAYS_OF_THE_DATA = 365
# Every tenth regular product has stock, which lasts one of these numbers of days.
COUNTED_PRODUCTS = 10
REGULAR_ORDER_COUNT = 20
COVER_DAYS = np.array([14, 30, 60, 90, 240, 400])
# Food is exempt from sales tax in most of the United States; this is a typical rate for other goods.
TAX_RATE = "0.07"
TAXED_DEPARTMENTS = (
    "AUTOMOTIVE", "COSMETICS", "DRUG GM", "FLORAL", "GARDEN CENTER", "HOUSEWARES", "PHOTO & VIDEO", "SPIRITS",
    "TOYS", "TRAVEL & LEISURE",
)  # fmt: skip


def moved_to(orders: pd.DataFrame, *, at: datetime) -> pd.DataFrame:
    """Return the order lines moved by whole weeks, so that the newest is in the week before `at`.

    Weekdays, times of day and the days between purchases do not change.
    """
    weeks = (pd.Timestamp(at) - orders["placed_at"].max()) // WEEK
    return orders.assign(placed_at=orders["placed_at"] + weeks * WEEK)


def with_invented_columns(products: pd.DataFrame, data: Dataset) -> pd.DataFrame:
    """Return the product table of `data` with `stock`, `tax_rate` and `tax_included`."""
    is_taxed = data.products["department"].isin(TAXED_DEPARTMENTS)
    return products.assign(
        stock=invented_stock(data),
        tax_rate=np.where(is_taxed, TAX_RATE, "0"),
        tax_included=False,
    )


def invented_stock(data: Dataset) -> pd.Series:
    """Return the units in stock of each row of `products`, Int64; missing if stock is not tracked.

    Stock is the units sold in a year × one of `COVER_DAYS` / 365, so a third of it lasts long. It depends on
    the product's number, so a product always has the same stock, at least 1.
    """
    numbers = data.products["product_id"].to_numpy(np.int64)
    sold = data.transactions.query("quantity > 0").groupby("product_id")["quantity"].sum()
    units = data.products["product_id"].map(sold).fillna(0)
    cover = COVER_DAYS[numbers // COUNTED_PRODUCTS % len(COVER_DAYS)]
    stock = np.ceil(units * cover / DAYS_OF_THE_DATA).clip(lower=1).astype("Int64")
    is_counted = (numbers % COUNTED_PRODUCTS == 0) & (order_counts(data) >= REGULAR_ORDER_COUNT)
    counted: pd.Series = stock.where(is_counted & ~is_hidden(data.products))
    return counted


def is_age_confirmed(external_id: str) -> bool:
    """Tell whether a customer's age counts as confirmed: by a digest of the id, of about every second one."""
    return hashlib.sha256(f"{_SALT}{external_id}".encode()).digest()[0] % 2 == 0
