"""Where offers name products, categories, bundles, placements and codes, and what their proposals rely on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from catalog.models import (
    Bundle,
    BundleItem,
    Category,
    Product,
    ProductRelation,
    UpgradeLadder,
    UpgradeTier,
)
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.say import Kind
from offers.kinds.registry import all_kinds
from offers.models import (
    ContextValue,
    CuratedProduct,
    CustomerAttribute,
    Lost,
    Offer,
    OfferStrategy,
    Placement,
    PromotionCode,
)
from offers.services.collection.sources import collect_offer_sources
from offers.services.trees import offers_naming
from offers.services.ways import closed_ways


class Link(NamedTuple):
    """Rows that link an offer with what it names.

    `key` is the column that refers to the rows to be deleted, `thing` the one with what the offer loses.
    `scope` is the column that keeps the offer restricted once it names nothing.
    """

    table: type[Model]
    key: str
    thing: str
    scope: str | None = None


class Use(NamedTuple):
    """That an offer names something."""

    link: Link
    offer: int
    thing: int


TRIGGER = Link(Offer.trigger_products.through, "product", "product_id", "trigger_scope")
PICK = Link(CuratedProduct, "product", "product_id", "target_scope")
PART = Link(Offer.bundles.through, "bundle__items__product", "bundle__items__product_id")
TRIGGER_CATEGORY = Link(Offer.trigger_categories.through, "category", "category_id", "trigger_scope")
TARGET_CATEGORY = Link(Offer.target_categories.through, "category", "category_id", "target_scope")
BUNDLE = Link(Offer.bundles.through, "bundle", "bundle_id", "bundle_scope")
PLACEMENT = Link(Offer.placements.through, "placement", "placement_id")
CODE = Link(PromotionCode, "pk", "pk", "needs_code")
ITEM = Link(Offer.bundles.through, "bundle__items", "bundle__items__product_id")
OWN_PICK = Link(CuratedProduct, "pk", "product_id", "target_scope")

IN_CONDITIONS = "conditions"
# What condition trees name, with the column that they name it by.
CONDITIONS: Mapping[type[Model], tuple[Kind, str, Link]] = {
    Product: ("product", "pk", Link(Offer, IN_CONDITIONS, "product_id")),
    Category: ("category", "pk", Link(Offer, IN_CONDITIONS, "category_id")),
    Placement: ("placement", "code", Link(Offer, IN_CONDITIONS, "placement_id")),
    ContextValue: ("context", "code", Link(Offer, IN_CONDITIONS, "context_id")),
    CustomerAttribute: ("attribute", "code", Link(Offer, IN_CONDITIONS, "attribute_id")),
}
# Where offers name the rows of a model, and what such a row is called when it is gone.
LINKS: Mapping[type[Model], tuple[Lost, tuple[Link, ...]]] = {
    Product: (Lost.PRODUCT, (TRIGGER, PICK, PART)),
    Category: (Lost.CATEGORY, (TRIGGER_CATEGORY, TARGET_CATEGORY)),
    Bundle: (Lost.BUNDLE, (BUNDLE,)),
    Placement: (Lost.PLACEMENT, (PLACEMENT,)),
    PromotionCode: (Lost.CODE, (CODE,)),
    CuratedProduct: (Lost.PRODUCT, (OWN_PICK,)),
    BundleItem: (Lost.PRODUCT, (ITEM,)),
    UpgradeLadder: (Lost.LADDER, ()),
    UpgradeTier: (Lost.TIER, ()),
    ProductRelation: (Lost.RELATION, ()),
}


def uses_of(rows: QuerySet[Any]) -> list[Use]:
    """Return where offers name these rows, by one query for each kind of link."""
    _lost, links = LINKS.get(rows.model, (None, ()))
    these = rows.order_by().values("pk")
    uses = []
    for link in links:
        linked = link.table._default_manager.filter(**{f"{link.key}__in": these})  # noqa: SLF001 (Django's model API)
        pairs = linked.order_by("offer_id", "pk").values_list("offer_id", link.thing)
        uses += [Use(link, offer, thing) for offer, thing in pairs]
    return uses + _reliances_on(rows) + _uses_in_conditions(rows)


def _reliances_on(rows: QuerySet[Any]) -> list[Use]:
    """Return which offers rely on the rows for their proposals, by a constant number of queries."""
    closed = closed_ways(rows)
    if not closed:
        return []
    codes = {code for kind in all_kinds() for code in kind.ways}
    relying = OfferStrategy.objects.filter(strategy__in=codes).order_by().values("offer")
    sources = collect_offer_sources(Offer.objects.filter(pk__in=relying))
    link = Link(rows.model, "pk", rows.model._meta.label)  # noqa: SLF001 (Django's model API)
    return [
        Use(link, source.id, thing)
        for source in sources
        for thing, ways in closed.items()
        if any(ways.serve(source, strategy) for strategy in source.strategies)
    ]


def _uses_in_conditions(rows: QuerySet[Any]) -> list[Use]:
    """Return where the condition trees of offers name these rows."""
    found = CONDITIONS.get(rows.model)
    if found is None:
        return []
    kind, column, link = found
    keys: dict[Any, int] = dict(rows.order_by().values_list(column, "pk"))
    named = offers_naming(Name(kind, key) for key in keys)
    return [Use(link, offer, keys[name.key]) for offer, names in named.items() for name in sorted(names)]


def names_of(uses: list[Use]) -> dict[tuple[str, int], str]:
    """Return the names of what is lost, by the column that refers to it."""
    models: Mapping[str, type[Model]] = {
        "product_id": Product,
        "bundle__items__product_id": Product,
        "category_id": Category,
        "bundle_id": Bundle,
        "placement_id": Placement,
        "context_id": ContextValue,
        "attribute_id": CustomerAttribute,
        "pk": PromotionCode,
        **{model._meta.label: model for model in LINKS},  # noqa: SLF001 (Django's model API)
    }
    things: dict[str, set[int]] = {}
    for use in uses:
        things.setdefault(use.link.thing, set()).add(use.thing)
    return {
        (column, row.pk): str(row)
        for column, keys in things.items()
        for row in models[column]._default_manager.filter(pk__in=keys).select_related()  # noqa: SLF001
    }
