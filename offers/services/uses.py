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
from offers.kinds.registry import all_kinds
from offers.models import (
    AttributeChoice,
    Audience,
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
from offers.services.trees import names_of_rows, offers_naming
from offers.services.ways import closed_ways


class Link(NamedTuple):
    """Rows that link an offer with what it names.

    `key` is the column that refers to the rows to be deleted, `thing` the one with what the offer loses, and
    `owner` the one with the offer. `scope` is the column that keeps the offer restricted once it names
    nothing.
    """

    table: type[Model]
    key: str
    thing: str
    scope: str | None = None
    owner: str = "offer_id"


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

EXCLUDED = Link(Offer.excludes.through, "to_offer", "to_offer_id", owner="from_offer_id")

IN_CONDITIONS = "conditions"
# Where offers name the rows of a model.
LINKS: Mapping[type[Model], tuple[Link, ...]] = {
    Product: (TRIGGER, PICK, PART),
    Category: (TRIGGER_CATEGORY, TARGET_CATEGORY),
    Bundle: (BUNDLE,),
    Placement: (PLACEMENT,),
    PromotionCode: (CODE,),
    CuratedProduct: (OWN_PICK,),
    BundleItem: (ITEM,),
    Offer: (EXCLUDED,),
}
# What a row of a model is called when an offer is paused because it is gone.
LOST: Mapping[type[Model], Lost] = {
    Product: Lost.PRODUCT,
    Category: Lost.CATEGORY,
    Bundle: Lost.BUNDLE,
    Placement: Lost.PLACEMENT,
    PromotionCode: Lost.CODE,
    CuratedProduct: Lost.PRODUCT,
    BundleItem: Lost.PRODUCT,
    UpgradeLadder: Lost.LADDER,
    UpgradeTier: Lost.TIER,
    ProductRelation: Lost.RELATION,
    ContextValue: Lost.CONTEXT,
    Audience: Lost.AUDIENCE,
    CustomerAttribute: Lost.ATTRIBUTE,
    AttributeChoice: Lost.CHOICE,
}


def as_offers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return offers of one kind as offers, any other rows as they are."""
    if not issubclass(rows.model, Offer):
        return rows
    return Offer.objects.filter(pk__in=rows.order_by().values("pk"))


def uses_of(rows: QuerySet[Any]) -> list[Use]:
    """Return where offers that stay name these rows, by one query for each kind of link."""
    these = rows.order_by().values("pk")
    uses = []
    for link in LINKS.get(rows.model, ()):
        linked = link.table._default_manager.filter(**{f"{link.key}__in": these})  # noqa: SLF001 (Django's model API)
        if rows.model is Offer:
            linked = linked.exclude(**{f"{link.owner}__in": these})
        pairs = linked.order_by(link.owner, "pk").values_list(link.owner, link.thing)
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
    """Return where the condition trees of offers name these rows, directly or through audiences."""
    keys = names_of_rows(rows)
    if not keys:
        return []
    link = Link(Offer, IN_CONDITIONS, rows.model._meta.label)  # noqa: SLF001 (Django's model API)
    return [
        Use(link, offer, keys[name]) for offer, names in offers_naming(keys).items() for name in sorted(names)
    ]


def names_of(uses: list[Use]) -> dict[tuple[str, int], str]:
    """Return the names of what is lost, by the column that refers to it."""
    models: Mapping[str, type[Model]] = {
        "product_id": Product,
        "bundle__items__product_id": Product,
        "category_id": Category,
        "bundle_id": Bundle,
        "placement_id": Placement,
        "to_offer_id": Offer,
        "pk": PromotionCode,
        **{model._meta.label: model for model in LOST},  # noqa: SLF001 (Django's model API)
    }
    things: dict[str, set[int]] = {}
    for use in uses:
        things.setdefault(use.link.thing, set()).add(use.thing)
    return {
        (column, row.pk): str(row)
        for column, keys in things.items()
        for row in models[column]._default_manager.filter(pk__in=keys).select_related()  # noqa: SLF001
    }
