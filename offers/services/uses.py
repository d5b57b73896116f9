"""Where offers name products, categories, bundles, placements and codes, and what their proposals rely on."""

from collections.abc import Mapping
from enum import Enum, auto
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


class UseRole(Enum):
    """What something is to an offer that names it or relies on it."""

    TRIGGER = auto()
    TRIGGER_CATEGORY = auto()
    PICK = auto()
    TARGET_CATEGORY = auto()
    BUNDLE = auto()
    PART = auto()
    PLACEMENT = auto()
    CODE = auto()
    EXCLUDED = auto()
    WAY = auto()
    CONDITION = auto()


class Link(NamedTuple):
    """Rows by which offers name something.

    Of the columns of `table`, `key` refers to the rows that may be deleted, `thing` to what the offer then
    loses, a row of `model`, and `owner` to the offer.
    """

    role: UseRole
    table: type[Model]
    key: str
    model: type[Model]
    thing: str
    owner: str = "offer_id"


class Use(NamedTuple):
    """That a row of `model` with the key `thing` is something to an offer."""

    offer: int
    role: UseRole
    model: type[Model]
    thing: int


# Where offers name the rows of a model.
LINKS: Mapping[type[Model], tuple[Link, ...]] = {
    Product: (
        Link(UseRole.TRIGGER, Offer.trigger_products.through, "product", Product, "product_id"),
        Link(UseRole.PICK, CuratedProduct, "product", Product, "product_id"),
        Link(
            UseRole.PART,
            Offer.bundles.through,
            "bundle__items__product",
            Product,
            "bundle__items__product_id",
        ),
    ),
    Category: (
        Link(UseRole.TRIGGER_CATEGORY, Offer.trigger_categories.through, "category", Category, "category_id"),
        Link(UseRole.TARGET_CATEGORY, Offer.target_categories.through, "category", Category, "category_id"),
    ),
    Bundle: (Link(UseRole.BUNDLE, Offer.bundles.through, "bundle", Bundle, "bundle_id"),),
    Placement: (Link(UseRole.PLACEMENT, Offer.placements.through, "placement", Placement, "placement_id"),),
    PromotionCode: (Link(UseRole.CODE, PromotionCode, "pk", PromotionCode, "pk"),),
    CuratedProduct: (Link(UseRole.PICK, CuratedProduct, "pk", Product, "product_id"),),
    BundleItem: (
        Link(UseRole.PART, Offer.bundles.through, "bundle__items", Product, "bundle__items__product_id"),
    ),
    Offer: (
        Link(UseRole.EXCLUDED, Offer.excludes.through, "to_offer", Offer, "to_offer_id", "from_offer_id"),
    ),
}
# The column that keeps an offer restricted once it names nothing, by what it loses.
SCOPES: Mapping[UseRole, str] = {
    UseRole.TRIGGER: "trigger_scope",
    UseRole.TRIGGER_CATEGORY: "trigger_scope",
    UseRole.PICK: "target_scope",
    UseRole.TARGET_CATEGORY: "target_scope",
    UseRole.BUNDLE: "bundle_scope",
    UseRole.CODE: "needs_code",
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
        uses += [Use(offer, link.role, link.model, thing) for offer, thing in pairs]
    return uses + _reliances_on(rows) + _uses_in_conditions(rows)


def _reliances_on(rows: QuerySet[Any]) -> list[Use]:
    """Return which offers rely on the rows for their proposals, by a constant number of queries."""
    closed = closed_ways(rows)
    if not closed:
        return []
    codes = {code for kind in all_kinds() for code in kind.ways}
    relying = OfferStrategy.objects.filter(strategy__in=codes).order_by().values("offer")
    sources = collect_offer_sources(Offer.objects.filter(pk__in=relying))
    return [
        Use(source.id, UseRole.WAY, rows.model, thing)
        for source in sources
        for thing, ways in closed.items()
        if any(ways.serve(source, strategy) for strategy in source.strategies)
    ]


def _uses_in_conditions(rows: QuerySet[Any]) -> list[Use]:
    """Return where the condition trees of offers name these rows, directly or through audiences."""
    keys = names_of_rows(rows)
    if not keys:
        return []
    return [
        Use(offer, UseRole.CONDITION, rows.model, keys[name])
        for offer, names in offers_naming(keys).items()
        for name in sorted(names)
    ]


def names_of(uses: list[Use]) -> dict[tuple[type[Model], int], str]:
    """Return what is lost in words, by its model and key."""
    things: dict[type[Model], set[int]] = {}
    for use in uses:
        things.setdefault(use.model, set()).add(use.thing)
    return {
        (model, row.pk): str(row)
        for model, keys in things.items()
        for row in model._default_manager.filter(pk__in=keys).select_related()  # noqa: SLF001 (Django's model API)
    }
