"""Set up the shop like a merchandiser: ladders, relations, bundles, placements, offers."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from catalog.models import (
    BenefitKind,
    Bundle,
    BundleItem,
    Category,
    Product,
    ProductRelation,
    UpgradeLadder,
    UpgradeTier,
)
from catalog.services.bundle import count_bundle_units
from catalog.services.revision import raise_revision
from demo.data.catalogue import CatalogueItem
from demo.data.dataset import CURRENCY
from demo.plans.campaigns import OFFERS, PLACEMENTS, RELATIONS
from demo.plans.ladders import LadderPlan, plan_ladders
from demo.plans.offer_plans import OfferPlan
from demo.plans.pairs import BundlePlan, Pair, plan_bundles
from offers.kinds.quantity.models import QuantityTier
from offers.kinds.registry import kind_of
from offers.models import CuratedProduct, Offer, OfferStrategy, Placement, PromotionCode, Scope

LADDER_LIMIT = 300
BUNDLE_LIMIT = 40
BUNDLE_DISCOUNT_BP = 1000
RELATED_FROM, RELATED_TO = 100, 2
TREATS = 6


def is_curated() -> bool:
    """Return whether the shop is set up. All offers are created in one transaction."""
    return Offer.objects.exists()


@transaction.atomic
def curate(*, items: Sequence[CatalogueItem], pairs: Iterable[Pair]) -> None:
    """Create all offers of the demo shop in one transaction, from its products and pairs."""
    keys = dict(Product.objects.filter(sku__in=[item.sku for item in items]).values_list("sku", "pk"))
    create_ladders(plan_ladders(items, limit=LADDER_LIMIT), keys=keys)
    create_relations(items, keys=keys)
    create_bundles(plan_bundles(pairs, items, limit=BUNDLE_LIMIT), keys=keys)
    placements = {
        plan.code: Placement.objects.create(
            code=plan.code,
            name=plan.name,
            slot_count=plan.slot_count,
            is_about_cart=plan.is_about_cart,
            is_after_purchase=plan.is_after_purchase,
        )
        for plan in PLACEMENTS
    }
    for offer in OFFERS:
        create_offer(offer, items=items, placements=placements, keys=keys)
    raise_revision(domain="catalog")
    raise_revision(domain="offers")


def create_ladders(plans: Iterable[LadderPlan], *, keys: dict[str, int]) -> None:
    """Create the ladders and their tiers."""
    for plan in plans:
        ladder = UpgradeLadder.objects.create(name=plan.name)
        UpgradeTier.objects.bulk_create(
            UpgradeTier(
                ladder=ladder,
                product_id=keys[tier.sku],
                position=position,
                label=tier.label,
                gain_en=tier.gain_en,
                gain_ja=tier.gain_ja,
            )
            for position, tier in enumerate(plan.tiers)
        )


def create_relations(items: Iterable[CatalogueItem], *, keys: dict[str, int]) -> None:
    """Create the relations between the best sellers of categories."""
    items_of = by_category(items)
    ProductRelation.objects.bulk_create(
        ProductRelation(
            product_id=keys[item.sku], related_id=keys[related.sku], kind=plan.kind, position=position
        )
        for plan in RELATIONS
        for item in items_of.get(plan.category, [])[:RELATED_FROM]
        for position, related in enumerate(items_of.get(plan.related, [])[:RELATED_TO])
    )


def create_bundles(plans: Iterable[BundlePlan], *, keys: dict[str, int]) -> None:
    """Create the bundles, each 10% cheaper than its parts."""
    for number, plan in enumerate(plans, start=1):
        bundle = Bundle.objects.create(
            code=f"together-{number}",
            name=plan.name,
            currency=CURRENCY,
            benefit_kind=BenefitKind.PERCENT,
            benefit_value=BUNDLE_DISCOUNT_BP,
        )
        BundleItem.objects.bulk_create(
            BundleItem(bundle=bundle, product_id=keys[sku], position=position)
            for position, sku in enumerate(plan.skus)
        )
        count_bundle_units(bundle=bundle)


def create_offer(
    plan: OfferPlan, *, items: Iterable[CatalogueItem], placements: dict[str, Placement], keys: dict[str, int]
) -> None:
    """Create an offer, unless its trigger categories are missing from the data.

    An offer without its triggers would match everywhere.
    """
    triggers = Category.objects.filter(name__in=plan.trigger_categories, parent__parent__isnull=True)
    if plan.trigger_categories and not triggers:
        return
    gift = gift_of(plan, items)
    if plan.gift_category and gift is None:
        return
    offer = _save_offer(plan, gift=None if gift is None else keys[gift.sku])
    offer.placements.set(placements[code] for code in plan.placements)
    offer.trigger_categories.set(triggers)
    _save_parts(offer, plan, picked=[keys[item.sku] for item in treats(plan, items)])


def _save_offer(plan: OfferPlan, *, gift: int | None) -> Offer:
    """Create the offer itself, with the columns of its kind; `gift` is a product's key."""
    offer: Offer = kind_of(plan.kind).model(
        code=plan.code,
        name=plan.name,
        kind=plan.kind,
        priority=plan.priority,
        max_proposals=plan.max_proposals,
        headline_en=plan.headline_en,
        headline_ja=plan.headline_ja,
        body_en=plan.body_en,
        body_ja=plan.body_ja,
        audience=plan.audience,
        currency=CURRENCY,
        min_subtotal_minor=plan.min_subtotal_minor,
        benefit_kind=plan.benefit_kind,
        benefit_value=plan.benefit_value,
        trigger_scope=Scope.CHOSEN if plan.trigger_categories else Scope.EVERYTHING,
        needs_code=bool(plan.promotion_code),
        **plan.columns,
        **({} if gift is None else {"gift_id": gift}),
    )
    offer.save()
    return offer


def _save_parts(offer: Offer, plan: OfferPlan, *, picked: Iterable[int]) -> None:
    """Create the offer's strategies, curated products, tiers and promotion code."""
    OfferStrategy.objects.bulk_create(
        OfferStrategy(offer=offer, strategy=strategy, position=position)
        for position, strategy in enumerate(plan.strategies)
    )
    CuratedProduct.objects.bulk_create(
        CuratedProduct(offer=offer, product_id=product, position=position)
        for position, product in enumerate(picked)
    )
    QuantityTier.objects.bulk_create(
        QuantityTier(
            offer_id=offer.pk, from_quantity=start, benefit_kind=BenefitKind.PERCENT, benefit_value=points
        )
        for start, points in plan.tiers
    )
    if plan.promotion_code:
        PromotionCode.objects.create(offer=offer, code=plan.promotion_code)


def gift_of(plan: OfferPlan, items: Iterable[CatalogueItem]) -> CatalogueItem | None:
    """Return the best seller that is the gift of `plan`, None if there is no gift."""
    return next((item for item in items if item.category == plan.gift_category), None)


def treats(plan: OfferPlan, items: Iterable[CatalogueItem]) -> list[CatalogueItem]:
    """Return the best sellers that are the curated products of `plan`."""
    return [
        item
        for item in items
        if item.category in plan.curated_categories and item.price_minor > plan.curated_above_minor
    ][:TREATS]


def by_category(items: Iterable[CatalogueItem]) -> dict[str, list[CatalogueItem]]:
    """Return the items of each category in the order given."""
    items_of: dict[str, list[CatalogueItem]] = {}
    for item in items:
        items_of.setdefault(item.category, []).append(item)
    return items_of
