"""Collect the brands and attributes of products that conditions look at."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from catalog.database.columns import read_columns
from engine.conditions.tree.families.goods import BrandsLeaf, ProductAttributeLeaf
from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.tree import Tree
from engine.snapshot.data import NO_LABELS, Labels


def collect_labels(trees: Iterable[Tree]) -> Labels:
    """Return the labels of the products, by primary key, that the conditions look at."""
    leaves = [leaf for tree in trees for _place, leaf in tree.leaves()]
    wants_brands = any(isinstance(leaf, BrandsLeaf) for leaf in leaves)
    names = _attribute_names(leaves)
    if not wants_brands and not names:
        return NO_LABELS
    _, (brands, attributes) = read_columns(
        "catalog_product", integers=("id",), texts=("brand", "CAST(attributes AS text)")
    )
    places: dict[tuple[str, ...], int] = {}

    @cache  # few products differ from all others in these
    def labels_of(brand: str, facts: str) -> tuple[int, ...]:
        texts: list[tuple[str, ...]] = [(brand,)] if brand and wants_brands else []
        texts += _attribute_texts(facts, names)
        return tuple(places.setdefault(text, len(places)) for text in texts)

    of_product = [labels_of(brand, facts) for brand, facts in zip(brands, attributes, strict=True)]
    return Labels(tuple(places), of_product)


def _attribute_names(leaves: Iterable[Leaf]) -> frozenset[str]:
    return frozenset(leaf.name for leaf in leaves if isinstance(leaf, ProductAttributeLeaf))


def _attribute_texts(facts: str, names: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the named attributes with each of their values as text."""
    if not names:
        return []
    values: dict[str, Any] = msgspec.json.decode(facts, type=dict)
    return [(name, text) for name, value in values.items() if name in names for text in _texts(value)]


def _texts(value: Any) -> list[str]:
    """Return the texts that an attribute is compared by: each of a list, none of an object."""
    if isinstance(value, list):
        return [text for one in value if not isinstance(one, list) for text in _texts(one)]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [] if value is None or isinstance(value, dict) else [str(value)]
