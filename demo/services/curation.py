"""Set up the shop like a merchandiser: ladders, relations, bundles, placements, offers."""

from collections.abc import Iterable, Sequence
from typing import Any

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
from demo.plans.offer_plans import DemoOffer
from demo.plans.pairs import BundlePlan, Pair, plan_bundles
from demo.services.audiences import tree_of
from offers.kinds.quantity.models import QuantityTier
from offers.models import Audience, CuratedProduct, Offer, PromotionCode, TriggerScope
from offers.services.plans import create_placements, create_planned_offer

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
    create_placements(plans=PLACEMENTS)
    for offer in OFFERS:
        create_offer(offer, items=items, keys=keys)
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


def create_offer(plan: DemoOffer, *, items: Iterable[CatalogueItem], keys: dict[str, int]) -> None:
    """Create an offer, unless its trigger categories or its audience are missing.

    An offer without them would match everywhere and everybody.
    """
    triggers = Category.objects.filter(name__in=plan.trigger_categories, parent__parent__isnull=True)
    if plan.trigger_categories and not triggers:
        return
    gift = gift_of(plan, items)
    if plan.gift_category and gift is None:
        return
    columns = _columns(plan, gift=None if gift is None else keys[gift.sku])
    if plan.audience_code is not None:
        audience = Audience.objects.filter(code=plan.audience_code).first()
        if audience is None:
            return
        columns["conditions"] = tree_of(
            [*plan.nodes, {"type": "audience", "op": "is", "audiences": [audience.pk]}]
        )
    offer = create_planned_offer(plan=plan, currency=CURRENCY, columns=columns)
    offer.trigger_categories.set(triggers)
    _save_parts(offer, plan, picked=[keys[item.sku] for item in treats(plan, items)])


def _columns(plan: DemoOffer, *, gift: int | None) -> dict[str, Any]:
    """Return the columns of the offer that only the demo sets; `gift` is a product's key."""
    return {
        "min_subtotal_minor": plan.min_subtotal_minor,
        "benefit_kind": plan.benefit_kind,
        "benefit_value": plan.benefit_value,
        "trigger_scope": TriggerScope.CHOSEN if plan.trigger_categories else TriggerScope.EVERYTHING,
        "needs_code": bool(plan.promotion_code),
        "conditions": tree_of(plan.nodes),
        **({} if gift is None else {"gift_id": gift}),
    }


def _save_parts(offer: Offer, plan: DemoOffer, *, picked: Iterable[int]) -> None:
    """Create the offer's curated products, tiers and promotion code."""
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


def gift_of(plan: DemoOffer, items: Iterable[CatalogueItem]) -> CatalogueItem | None:
    """Return the best seller that is the gift of `plan`, None if there is no gift."""
    return next((item for item in items if item.category == plan.gift_category), None)


def treats(plan: DemoOffer, items: Iterable[CatalogueItem]) -> list[CatalogueItem]:
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
