"""Collect the facts that make products alike: brand and attributes, each as one number."""

from functools import cache
from zlib import crc32

import msgspec

from catalog.database.columns import read_columns


def collect_traits() -> list[tuple[int, ...]]:
    """Return the facts of each product, by primary key."""
    _, (brands, attributes) = read_columns(
        "catalog_product", integers=("id",), texts=("brand", "CAST(attributes AS text)")
    )
    traits_of = cache(_traits)  # few products differ from all others in these
    return [traits_of(brand, facts) for brand, facts in zip(brands, attributes, strict=True)]


def _traits(brand: str, attributes: str) -> tuple[int, ...]:
    """Return a number for the brand and for each attribute with its value; other values, other numbers."""
    facts = {f"{name}={value}" for name, value in msgspec.json.decode(attributes, type=dict).items()}
    if brand:
        facts.add(f"brand={brand}")
    return tuple(sorted(crc32(fact.encode()) for fact in facts))
