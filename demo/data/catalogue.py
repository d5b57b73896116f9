"""The products in comparable terms: kind, size, price and number of orders."""

import re
from dataclasses import dataclass

import pandas as pd

from demo.data.dataset import Dataset, is_hidden, order_counts, unit_prices
from demo.data.naming import kind_names, readable, readable_size

SIZE = r"^(?P<amount>\d+/\d+|\d*\.?\d+) ?(?P<unit>oz|lb|ml|l|pt|qt|gal|ct)$"
# Only units that are certain multiples of each other are compared: an ounce may be fluid or not.
UNITS = {
    "oz": ("oz", 1.0),
    "lb": ("oz", 16.0),
    "ml": ("ml", 1.0),
    "l": ("ml", 1000.0),
    "pt": ("pt", 1.0),
    "qt": ("pt", 2.0),
    "gal": ("pt", 8.0),
    "ct": ("ct", 1.0),
}
# In other departments the size is that of the crate and the price is per pound.
PACKED_DEPARTMENTS = ("GROCERY", "DRUG GM", "NUTRITION", "MEAT-PCKGD", "FROZEN GROCERY")


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A product in comparable terms. `amount` is in `unit`s; 0 if the size is not comparable."""

    sku: str
    category: str
    kind: str
    maker: int
    is_store_brand: bool
    unit: str
    amount: float
    price_minor: int
    order_count: int


def catalogue_items(data: Dataset, *, min_order_count: int) -> list[CatalogueItem]:
    """Return the visible products in at least `min_order_count` orders, most orders first."""
    products = data.products
    units, amounts = base_sizes(products)
    table = pd.DataFrame(
        {
            "sku": products["product_id"].astype("str"),
            "category": readable(products["product_category"]),
            "kind": kind_names(readable(products["product_type"]), readable(products["product_category"])),
            "maker": products["manufacturer_id"],
            "is_store_brand": products["brand"] == "Private",
            "unit": units,
            "amount": amounts,
            "price_minor": (unit_prices(data) * 100).round().astype("int64"),
            "order_count": order_counts(data),
        }
    )
    table = table[(table["order_count"] >= min_order_count) & ~is_hidden(products) & (table["kind"] != "")]
    table = table.sort_values(["order_count", "sku"], ascending=[False, True], kind="stable")
    return [CatalogueItem(**row) for row in table.to_dict("records")]  # type: ignore[arg-type]


def base_sizes(products: pd.DataFrame) -> tuple[list[str], list[float]]:
    """Return each product's base unit and its amount: "1/2 GAL" → "pt", 4.0.

    It is ("", 0.0) if the size is missing, has no unit of `UNITS`, or is not the size of the sold unit.
    """
    packed = products["department"].isin(PACKED_DEPARTMENTS)
    sizes = readable_size(products["package_size"]).where(packed, "")
    known = {size: _base_size(size) for size in sizes.unique()}
    return [known[size][0] for size in sizes], [known[size][1] for size in sizes]


def _base_size(size: str) -> tuple[str, float]:
    match = re.match(SIZE, size)
    if match is None:
        return "", 0.0
    top, _slash, bottom = match["amount"].partition("/")
    unit, factor = UNITS[match["unit"]]
    return (unit, float(top) / float(bottom or 1) * factor) if float(bottom or 1) else ("", 0.0)
