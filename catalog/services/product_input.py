"""The input and output of an upsert, and the checks that need no database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from catalog.services.category import clean_path
from catalog.services.values import (
    MAX_DESCRIPTION_LENGTH,
    FieldError,
    InvalidValueError,
    clean_attributes,
    clean_flag,
    clean_integer,
    clean_rate,
    clean_sku,
    clean_text,
    clean_url,
)
from engine.sku import SKU_MAX_LENGTH


class MoneyInput(msgspec.Struct, frozen=True, kw_only=True):
    """An amount in major units ("19.99"); the default currency is the product's, or else the shop's."""

    amount: str
    currency: str | UnsetType = UNSET


class ProductInput(msgspec.Struct, frozen=True, kw_only=True):
    """A product to create or update: missing fields are unchanged, None clears those that may be empty."""

    sku: str
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    brand: str | UnsetType = UNSET
    category: str | UnsetType | None = UNSET  # "Grocery > Dairy", created where missing
    price: MoneyInput | UnsetType = UNSET
    cost: MoneyInput | UnsetType | None = UNSET  # None: unknown
    tax_rate: str | UnsetType = UNSET  # "0.08" is 8%
    tax_included: bool | UnsetType = UNSET
    stock: int | UnsetType | None = UNSET  # None: not tracked
    hidden: bool | UnsetType = UNSET
    image_url: str | UnsetType = UNSET
    page_url: str | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    replenishment_days: int | UnsetType | None = UNSET


class Outcome(StrEnum):
    """The result for an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ProductVerdict:
    """The result for one item; `sku` is its stored form, or the sent value if that is not a SKU."""

    sku: str
    outcome: Outcome
    errors: tuple[FieldError, ...] = ()


@dataclass(slots=True)
class Draft:
    """An item being processed: its clean columns, its amounts still to be read, and its errors."""

    item: ProductInput
    sku: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    category: str | UnsetType | None = UNSET
    errors: list[FieldError] = field(default_factory=list)

    @property
    def shown_sku(self) -> str:
        """The SKU for a verdict: the stored form, or the printable beginning of the sent value."""
        sent = self.item.sku if isinstance(self.item.sku, str) else ""
        return self.sku or sent[:SKU_MAX_LENGTH].encode(errors="replace").decode()

    def refuse(self, pointer: str, error: InvalidValueError) -> None:
        """Record an error of the field at `pointer`."""
        self.errors.append(FieldError(pointer, error.code, error.detail))


def _or_none(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else clean(value)


# The field, its database column, and the function that cleans it.
CLEANERS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("name", "name", partial(clean_text, max_length=255, required=True)),
    (
        "description",
        "description",
        partial(clean_text, max_length=MAX_DESCRIPTION_LENGTH, multiline=True),
    ),
    ("brand", "brand", partial(clean_text, max_length=120)),
    ("tax_rate", "tax_rate_bp", clean_rate),
    ("tax_included", "is_tax_included", clean_flag),
    ("stock", "stock", _or_none(partial(clean_integer, minimum=0))),
    ("hidden", "is_hidden", clean_flag),
    ("image_url", "image_url", clean_url),
    ("page_url", "page_url", clean_url),
    ("attributes", "attributes", clean_attributes),
    ("replenishment_days", "replenishment_days", _or_none(partial(clean_integer, minimum=1, maximum=3650))),
)


def draft_items(items: Sequence[ProductInput]) -> list[Draft]:
    """Check each item, and refuse a SKU that an earlier item has."""
    drafts = [_draft(item) for item in items]
    first: dict[str, int] = {}
    for index, draft in enumerate(drafts):
        if draft.sku and first.setdefault(draft.sku, index) != index:
            detail = _("Duplicate SKU: item %(index)d has the same one.") % {"index": first[draft.sku]}
            draft.errors.append(FieldError("/sku", "duplicate", detail))
    return drafts


def _draft(item: ProductInput) -> Draft:
    draft = Draft(item)
    try:
        draft.sku = clean_sku(item.sku)
    except InvalidValueError as error:
        draft.refuse("/sku", error)
    for name, column, clean in CLEANERS:
        value = getattr(item, name)
        if value is UNSET:
            continue
        try:
            draft.columns[column] = clean(value)
        except InvalidValueError as error:
            draft.refuse(f"/{name}", error)
    try:
        draft.category = item.category if item.category in (None, UNSET) else clean_path(item.category)
    except InvalidValueError as error:
        draft.refuse("/category", error)
    return draft
