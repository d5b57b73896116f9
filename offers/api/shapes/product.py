"""Sending products, and the verdicts."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from catalog.services.product import MoneyInput, Outcome, ProductInput
from catalog.services.values import FieldError
from engine.sku import SKU_MAX_LENGTH, SKU_PATTERN

MAX_PRODUCTS = 1000


# Described, not checked here: the product's own verdict says what is wrong, after normalising.
NewSku = Annotated[
    str,
    Meta(
        description="1 to 64 characters without white space or invisible ones, after normalising (NFKC).",
        extra_json_schema={"minLength": 1, "maxLength": SKU_MAX_LENGTH, "pattern": SKU_PATTERN},
    ),
]


class ProductMoney(MoneyInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount in major units; without a currency it is in the product's own, or the shop's."""


class ProductItem(ProductInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product. A field left out stays as it is stored; null empties it."""

    sku: NewSku
    price: ProductMoney | UnsetType = UNSET
    cost: ProductMoney | UnsetType | None = UNSET


class ProductsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products to create or change, by SKU."""

    products: Annotated[list[ProductItem], Meta(min_length=1, max_length=MAX_PRODUCTS)]


class RawProducts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, each product still to be read: a bad one must not lose the others."""

    products: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_PRODUCTS)]


class ProductAnswer(msgspec.Struct, frozen=True):
    """What became of one product; the pointers of its errors start at the product."""

    index: int
    sku: str
    outcome: Outcome
    errors: list[FieldError]


class ProductsAnswer(msgspec.Struct, frozen=True):
    """The verdicts, in the order of the request, and how many there are of each."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    products: list[ProductAnswer]
