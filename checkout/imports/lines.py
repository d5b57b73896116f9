"""Check a batch of order lines and prepare it for staging."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _

from catalog.database.bulk import among, stored_datetime
from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn, check_amounts, clean_file_currency
from catalog.imports.rejects import Reject
from catalog.models import Product
from catalog.services.values import clean_measured_amount, clean_sku
from checkout.imports.cancellations import check_cancellations
from checkout.services.order_values import (
    clean_customer_id,
    clean_order_id,
    clean_placed_at,
    clean_quantity,
    clean_status,
)

REQUIRED = ("order_id", "placed_at", "customer_id", "sku", "quantity", "unit_price")
OPTIONAL = ("currency", "status", "cancelled_at")
# The columns that are the same on all lines of an order.
HEAD = ("order_id", "placed_at", "customer_id", "currency", "status", "cancelled_at")

Numbers = npt.NDArray[np.int64]


class ProductKeys:
    """Finds products by SKU; looks each up once per import."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def find(self, skus: set[str]) -> dict[str, int]:
        """Return primary keys by SKU, at least of the `skus` that exist."""
        unknown = skus - self._known.keys()
        found = Product.objects.filter(among("sku", unknown)).values_list("sku", "pk")
        self._known.update(found)
        return self._known


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """The valid lines of a batch.

    `heads`: one row for each distinct HEAD of the batch: ref, file_row (its first), line_count, order_ref,
    placed_at, customer_ref (null is a guest), currency, status and cancelled_at (null where left out).
    `lines`: one row per line: ref of its head, place (0, 1, … within the head), file_row, product_id,
    quantity, unit_price_minor.
    """

    heads: pa.Table
    lines: pa.Table
    rejects: list[Reject]


def check_lines(batch: Batch, *, products: ProductKeys, first_ref: int, at: datetime) -> CheckedLines:
    """Return the valid lines of a batch, their heads numbered from `first_ref`, and the rejects."""
    columns = _check_columns(batch, at)
    _find_products(columns["sku"], products)
    prices = check_amounts(batch, "unit_price", _price)
    cancellations = check_cancellations(batch, columns, at=at)
    rejects = [*batch.malformed, *cancellations.rejects]
    is_bad = cancellations.is_bad
    for column in (*columns.values(), prices):
        rejects += column.rejects(batch.rows)
        is_bad |= column.is_bad
    good = np.flatnonzero(~is_bad)
    refs, firsts, counts = _number_heads([columns[name].codes[good] for name in HEAD])
    head = {name: columns[name].take(good[firsts], pa.string()) for name in HEAD}
    heads = {
        "ref": first_ref + np.arange(len(firsts)),
        "file_row": batch.rows[good[firsts]],
        "line_count": counts,
        "order_ref": head["order_id"],
        "placed_at": head["placed_at"],
        "customer_ref": head["customer_id"],
        "currency": head["currency"],
        "status": head["status"],
        "cancelled_at": head["cancelled_at"],
    }
    lines = {
        "ref": first_ref + refs,
        "place": _places(refs, counts),
        "file_row": batch.rows[good],
        "product_id": columns["sku"].take(good, pa.int64()),
        "quantity": columns["quantity"].take(good, pa.int64()),
        "unit_price_minor": prices.take(good, pa.int64()),
    }
    return CheckedLines(pa.table(heads), pa.table(lines), rejects)


def _check_columns(batch: Batch, at: datetime) -> dict[str, CheckedColumn]:
    def placed_at(text: str) -> str:
        return str(stored_datetime(clean_placed_at(text, at=at)))

    checks: dict[str, Callable[[str], Any]] = {
        "order_id": clean_order_id,
        "placed_at": placed_at,
        "customer_id": clean_customer_id,
        "sku": clean_sku,
        "quantity": clean_quantity,
        "currency": clean_file_currency,
        "status": clean_status,
        "cancelled_at": lambda text: placed_at(text) if text.strip() else None,
    }
    return {name: CheckedColumn(name, batch.texts(name), clean) for name, clean in checks.items()}


def _find_products(skus: CheckedColumn, products: ProductKeys) -> None:
    """Replace each SKU by the primary key of its product; refuse unknown SKUs."""
    found = products.find({sku for sku in skus.values if sku})
    for code, sku in enumerate(skus.values):
        skus.values[code] = found.get(sku)
        if sku and sku not in found:
            skus.refuse(code, _("No product has this SKU."))


def _price(text: str, currency: str) -> int:
    return clean_measured_amount(text, currency=currency)


def _number_heads(codes: list[Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    """Give a number to each distinct combination of several codes, each int64, shape (n,).

    Returns the number of each row's combination, shape (n,), and for each of the m combinations its first
    row and how many rows have it, shape (m,).
    """
    joint = codes[0]
    for column in codes[1:]:
        # Renumbered after each column, so that the product of two never exceeds int64.
        joint = np.unique(joint * (column.max(initial=0) + 1) + column, return_inverse=True)[1]
    _joint, firsts, numbers, counts = np.unique(
        joint, return_index=True, return_inverse=True, return_counts=True
    )
    return numbers, firsts, counts


def _places(numbers: Numbers, counts: Numbers) -> Numbers:
    """Return how many earlier rows have the same number: int64, shape (n,)."""
    order = np.argsort(numbers, kind="stable")
    starts = np.cumsum(counts) - counts
    places = np.empty_like(numbers)
    places[order] = np.arange(len(numbers)) - np.repeat(starts, counts)
    return places
