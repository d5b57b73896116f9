"""What an upsert takes and answers, and the checks that need no database."""

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
    """An amount in major units ("19.99"); without a currency, the product's own or the shop's."""

    amount: str
    currency: str | UnsetType = UNSET


class ProductInput(msgspec.Struct, frozen=True, kw_only=True):
    """A product as it is sent: a field left out stays as it is stored, None empties it."""

    sku: str
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    brand: str | UnsetType = UNSET
    category: str | UnsetType | None = UNSET  # "Grocery > Dairy", created where missing
    price: MoneyInput | UnsetType = UNSET
    cost: MoneyInput | UnsetType | None = UNSET  # None: unknown
    tax_rate: str | UnsetType = UNSET  # "0.08" is 8 %
    tax_included: bool | UnsetType = UNSET
    stock: int | UnsetType | None = UNSET  # None: not tracked
    hidden: bool | UnsetType = UNSET
    image_url: str | UnsetType = UNSET
    page_url: str | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET
    replenishment_days: int | UnsetType | None = UNSET


class Outcome(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ProductVerdict:
    """What became of one item; `sku` is its stored form, or what was sent where that is no SKU."""

    sku: str
    outcome: Outcome
    errors: tuple[FieldError, ...] = ()


@dataclass(slots=True)
class Draft:
    """An item on its way: its clean columns, its amounts still to be read, and what is wrong with it."""

    item: ProductInput
    sku: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    category: str | UnsetType | None = UNSET
    errors: list[FieldError] = field(default_factory=list)

    @property
    def shown_sku(self) -> str:
        """The SKU for a verdict: as stored, or a printable beginning of what was sent."""
        sent = self.item.sku if isinstance(self.item.sku, str) else ""
        return self.sku or sent[:SKU_MAX_LENGTH].encode(errors="replace").decode()

    def refuse(self, pointer: str, error: InvalidValueError) -> None:
        """Note what is wrong with the field at `pointer`."""
        self.errors.append(FieldError(pointer, error.code, error.detail))


def _or_none(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else clean(value)


# The field, the column that holds it, and what turns one into the other.
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
    """Check each item by itself and refuse a SKU that an earlier item has."""
    drafts = [_draft(item) for item in items]
    first: dict[str, int] = {}
    for index, draft in enumerate(drafts):
        if draft.sku and first.setdefault(draft.sku, index) != index:
            detail = _("Item %(index)d has this SKU already.") % {"index": first[draft.sku]}
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
