"""Everything that offers, audiences, placements and exclusions can refer to is watched and named."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from django.apps import apps
from django.db.models import PROTECT, Model

from catalog.models import Bundle, BundleItem, Category, PriceChange, Product, ProductRelation, UpgradeTier
from catalog.models.deletion import Watched, WatchedQuerySet
from engine.conditions.tree.leaf import Widget
from engine.conditions.tree.leaves import LEAVES
from engine.conditions.tree.say import Kind
from engine.conditions.tree.tree import decode
from offers.kinds.quantity.models import QuantityTier
from offers.models import (
    ArmOffer,
    AttributeChoice,
    AudienceCount,
    BoardEntry,
    CuratedProduct,
    CustomerAttribute,
    DeletionPause,
    Offer,
    OfferStrategy,
    OfferVersion,
    PartnerOverride,
    Placement,
    PopularProducts,
    ProductExclusion,
    ProductFacts,
    ProductPartners,
    PromotionCode,
    ReservedSlot,
    RestraintPolicy,
)
from offers.services.holders import EXCLUSIONS, PLACEMENTS
from offers.services.trees import NAMED
from offers.services.uses import LINKS, LOST
from tests.engine.conditions.tree.table import ROWS

Column = tuple[type[Model], str]

# What each input of a condition names. A new one has to say whether staff can delete what it names.
NAMING: dict[str, Kind] = {
    "products": "product",
    "categories": "category",
    "audiences": "audience",
    "attribute": "attribute",
    "placements": "placement",
    "context": "context",
}
# What no table of its own holds.
PLAIN = {
    "money", "number", "count", "days", "brands", "product_attribute", "segments", "survey", "question",
    "weekdays", "time", "date", "channels", "locales", "country", "countries", "currencies", "currency",
    "texts",
}  # fmt: skip
# Rows that belong to what is deleted and go with it: Django's page lists those that people entered.
OWN: set[Column] = {
    (BundleItem, "bundle"),
    (UpgradeTier, "ladder"),
    (PriceChange, "product"),
    (CuratedProduct, "offer"),
    # `offers.services.holders` names the experiments.
    (ArmOffer, "offer"),
    (OfferStrategy, "offer"),
    (OfferVersion, "offer"),
    (PromotionCode, "offer"),
    (DeletionPause, "offer"),
    (BoardEntry, "offer"),
    (BoardEntry, "placement"),
    (ReservedSlot, "placement"),
    (RestraintPolicy, "offer"),
    (RestraintPolicy, "placement"),
    (PartnerOverride, "product"),
    (PartnerOverride, "partner"),
    (AttributeChoice, "attribute"),
    (AudienceCount, "audience"),
    (QuantityTier, "offer"),
}
# What the statistics learned, and learn again.
LEARNED: set[Column] = {
    (ProductFacts, "product"),
    (ProductPartners, "product"),
    (PopularProducts, "category"),
}
# Parts of bundles and ways from a product to others (`offers.services.ways`).
WAYS: set[Column] = {
    (BundleItem, "product"),
    (UpgradeTier, "product"),
    (ProductRelation, "product"),
    (ProductRelation, "related"),
}


def references() -> Iterator[tuple[Any, Any]]:
    """Yield the columns by which the models of the shop refer to rows whose deletion is watched."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in ("catalog", "offers"):
            continue
        columns: list[Any] = list(model._meta.local_fields)
        for column in columns:
            to_parent = column.is_relation and column.remote_field.parent_link
            if column.is_relation and not to_parent and issubclass(column.related_model, Watched):
                yield model, column


def is_named(model: Any, column: Any) -> bool:
    """Tell whether the deletion page names what refers by this column."""
    links = {link for links in LINKS.values() for link in links}
    named: set[Column] = {(link.table, link.key.split("__")[0]) for link in links}
    named |= {(link.table, link.owner.removesuffix("_id")) for link in links}
    for target, name in EXCLUSIONS.items():
        through = getattr(ProductExclusion, name).through
        named |= {(through, "productexclusion"), (through, str(target._meta.model_name))}
    if {"downsell", "reserved_slots__offer"} == PLACEMENTS.keys():
        named |= {(Placement, "downsell"), (ReservedSlot, "offer")}
    return (model, column.name) in named | OWN | LEARNED | WAYS


def is_protected(column: Any) -> bool:
    """Tell whether the column refuses the deletion."""
    return bool(column.remote_field.on_delete is PROTECT)


def test_references__to_rows_that_can_be_deleted__are_named_protected_or_go_with_them() -> None:
    forgotten = [
        f"{model.__name__}.{column.name}"
        for model, column in references()
        if not is_protected(column) and not is_named(model, column)
    ]

    assert forgotten == []
    assert len(list(references())) > 30


def test_inputs_of_conditions__all__say_what_they_name() -> None:
    assert NAMING.keys() | PLAIN == {*get_args(Widget)}
    assert not NAMING.keys() & PLAIN


@pytest.mark.parametrize("name", LEAVES)
def test_condition__that_names_rows__loses_them(name: str) -> None:
    kinds = {NAMING[field.widget] for field in LEAVES[name].fields if field.widget in NAMING}
    trees = [
        decode({"version": 1, "match": "all", "nodes": [row.leaf]})
        for row in ROWS
        if row.leaf["type"] == name
    ]
    leaves = [leaf for tree in trees for _place, leaf in tree.leaves()]

    assert kinds <= {one.kind for leaf in leaves for one in leaf.names()}
    for leaf in leaves:
        assert not leaf.names() or leaf.without(leaf.names()) is None


def test_what_conditions_name__all__is_watched_and_has_a_word_for_pauses() -> None:
    tables = {model for model, _column in NAMED.values()} | {AttributeChoice}

    assert NAMED.keys() == set(NAMING.values())
    assert tables <= LOST.keys()
    for model in tables | LINKS.keys() | LOST.keys() | EXCLUSIONS.keys():
        assert issubclass(model, Watched)
        assert isinstance(model._default_manager.all(), WatchedQuerySet)
    assert {Bundle, Category, Product, Placement, Offer, CustomerAttribute} <= tables | LINKS.keys()
