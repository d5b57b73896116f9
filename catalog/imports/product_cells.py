"""Convert the cells of a product's row to the input of an upsert.

A cell that is not a valid number or JSON is passed on as text: the upsert refuses it with the same reason
as the API.
"""

from typing import Any

from msgspec import UNSET, DecodeError
from msgspec.json import decode

from catalog.services.product import MoneyInput, ProductInput

REQUIRED = ("sku", "name", "price")
OPTIONAL = (
    "currency",
    "description",
    "brand",
    "category",
    "cost",
    "tax_rate",
    "tax_included",
    "stock",
    "hidden",
    "image_url",
    "page_url",
    "attributes",
    "replenishment_days",
)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Cells = dict[str, str]


def read_item(cells: Cells) -> ProductInput:
    """Return the item for a row; columns that the file does not have leave the product unchanged."""
    fields: dict[str, Any] = {name: READERS.get(name, _text)(cell) for name, cell in cells.items()}
    currency = fields.pop("currency", "") or UNSET
    fields["price"] = MoneyInput(amount=cells["price"], currency=currency)
    return ProductInput(**fields)


def _text(cell: str) -> str:
    return cell


def _text_or_unset(cell: str) -> Any:
    return cell or UNSET


def _integer_or_none(cell: str) -> Any:
    text = cell.strip().removesuffix(".0")
    if not text:
        return None
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20 else cell  # noqa: PLR2004


def _flag_or_unset(cell: str) -> Any:
    return _FLAGS.get(cell.strip().lower(), cell) if cell else UNSET


def _cost(cell: str) -> Any:
    return MoneyInput(amount=cell) if cell else None


def _json(cell: str) -> Any:
    try:
        return decode(cell) if cell else {}
    except (DecodeError, RecursionError):
        return cell


READERS = {
    "cost": _cost,
    "tax_rate": _text_or_unset,
    "tax_included": _flag_or_unset,
    "stock": _integer_or_none,
    "hidden": _flag_or_unset,
    "attributes": _json,
    "replenishment_days": _integer_or_none,
}
