"""Texts that conditions compare with and that no table of their own holds: brands, names of attributes."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from catalog.models import Product

SHOWN: Final = 20
# Attributes are read from so many of the newest products that have any.
SAMPLE: Final = 500


def suggest(source: str, typed: str) -> list[str]:
    """Return texts of the source that contain what was typed, in alphabetical order; one query."""
    return SUGGESTIONS[source](unicodedata.normalize("NFKC", typed).strip())


def _brands(typed: str) -> list[str]:
    brands = Product.objects.exclude(brand="").filter(brand__icontains=typed).order_by("brand")
    return list(brands.values_list("brand", flat=True).distinct()[:SHOWN])


def _attributes(typed: str) -> list[str]:
    products = Product.objects.exclude(attributes={}).order_by("-pk")
    names = {name for known in products.values_list("attributes", flat=True)[:SAMPLE] for name in known}
    return sorted(name for name in names if typed.casefold() in name.casefold())[:SHOWN]


SUGGESTIONS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "brands": _brands,
    "product_attribute": _attributes,
}
