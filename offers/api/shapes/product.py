"""The request and the response of the products endpoint."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from catalog.services.product import MoneyInput, Outcome, ProductInput
from catalog.services.values import FieldError
from engine.sku import SKU_MAX_LENGTH, SKU_PATTERN
from gateway.api.shapes.known import know_values

MAX_PRODUCTS = 1000


# Only described here. The check follows after normalising, and its errors are in the product's result.
NewSku = Annotated[
    str,
    Meta(
        description="After NFKC normalisation: 1 to 64 characters, no white space, no invisible characters.",
        extra_json_schema={"minLength": 1, "maxLength": SKU_MAX_LENGTH, "pattern": SKU_PATTERN},
    ),
]


class ProductMoney(MoneyInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount in major units. The default currency is the product's, or else the shop's."""


class ProductItem(ProductInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product. A field that is left out stays unchanged.

    Null clears `category`, `cost`, `stock` and `replenishment_days`; an empty string clears `description`,
    `brand`, `image_url` and `page_url`; `{}` clears `attributes`.
    """

    sku: NewSku
    price: ProductMoney | UnsetType = UNSET
    cost: ProductMoney | UnsetType | None = UNSET


class ProductsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products to create or update, by SKU."""

    products: Annotated[list[ProductItem], Meta(min_length=1, max_length=MAX_PRODUCTS)]


class RawProducts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each item is decoded separately, so that an invalid one does not reject the rest."""

    products: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MAX_PRODUCTS)]


class ProductAnswer(msgspec.Struct, frozen=True):
    """The result for one product. Pointers are relative to the product."""

    index: int
    sku: str
    outcome: str
    errors: list[FieldError]


class ProductsAnswer(msgspec.Struct, frozen=True):
    """The results in the order of the request, and their counts."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    products: list[ProductAnswer]


know_values(ProductAnswer, outcome=[outcome.value for outcome in Outcome])
