"""Read an offer from the database, once for all uses: its own columns, its kind's columns and its links."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max, QuerySet
from msgspec import Struct

from catalog.models import Bundle, BundleItem, ProductRelation, RelationKind, UpgradeTier
from engine import pricing
from engine.pricing import PriceBase, Purchase
from engine.pricing.kinds.quantity import Counting
from engine.pricing.kinds.threshold import Measure, ThresholdBase
from engine.pricing.tiers import AfterLast, TierMode
from engine.snapshot.data import RefundPolicy
from offers.models import (
    AddOnOffer,
    BuyGetOffer,
    CuratedProduct,
    Offer,
    OfferStrategy,
    OfferVersion,
    PromotionCode,
    QuantityOffer,
    QuantityTier,
    StrategyCode,
    SubscriptionOffer,
    ThresholdOffer,
)
from offers.services.collection.rows import grouped
from offers.services.goods import load_pricing_products

# Columns that mean in the source what they are called in the table.
_COLUMNS = (
    "code",
    "is_active",
    "version",
    "priority",
    "max_proposals",
    "headline_en",
    "headline_ja",
    "body_en",
    "body_ja",
    "max_step_bp",
    "slow_mover_boost_bp",
    "audience",
    "min_subtotal_minor",
    "usage_limit",
    "customer_usage_limit",
    "budget_minor",
    "refund_policy",
    "lane",
    "purchase",
    "price_base",
    "max_discount_minor",
    "margin_floor_bp",
    "currency",
    "starts_at",
    "ends_at",
    "needs_acceptance",
    "max_times",
)
# Each kind's own columns that mean in the terms what they are called in its table.
_KIND_COLUMNS: dict[type[Offer], tuple[str, ...]] = {
    QuantityOffer: ("mode", "after_last", "counting", "unit_order"),
    SubscriptionOffer: ("intro_kind", "intro_value", "intro_cycles", "interval_days"),
    AddOnOffer: ("min_count", "max_count", "included_count"),
    ThresholdOffer: (
        "measure",
        "at_least",
        "threshold_base",
        "gives_free_shipping",
        "gift_id",
        "gift_quantity",
    ),
    BuyGetOffer: ("buy_count", "get_count", "unit_order"),
}


class OfferSource(Struct, frozen=True, kw_only=True):
    """An offer in plain values, ids being primary keys; amounts in minor units, shares in basis points.

    `triggers` are its trigger products and categories (neither: everything), `picked` its hand-picked
    products in their order, `target_categories` the discounted ones. `codes` are the promotion codes that are
    switched on, None for an offer that needs none. `named_bundles` are those it names; `bundles` are those
    or, where it names none, all. `upgrades_to` is what ladders and substitutes lead to, as far as its
    strategies ask for them. `changed_at` is when its price rules last changed. What belongs to another kind
    keeps its default.
    """

    id: int
    kind: str
    code: str = ""
    is_active: bool = True
    version: int = 1
    changed_at: datetime | None = None
    placements: tuple[int, ...] = ()
    priority: int = 0
    max_proposals: int = 1
    headline_en: str = ""
    headline_ja: str = ""
    body_en: str = ""
    body_ja: str = ""
    max_step_bp: int | None = None
    slow_mover_boost_bp: int = 0
    audience: str = "everyone"
    min_subtotal_minor: int | None = None
    codes: frozenset[str] | None = None
    usage_limit: int | None = None
    customer_usage_limit: int | None = None
    budget_minor: int | None = None
    refund_policy: RefundPolicy = "keep"
    currency: str | None = None
    lane: str = "line"
    purchase: Purchase = "one_time"
    price_base: PriceBase = "running"
    excludes: frozenset[int] = frozenset()
    max_discount_minor: int | None = None
    margin_floor_bp: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    needs_acceptance: bool = False
    max_times: int | None = None
    benefit: pricing.Benefit = pricing.LIST_PRICE
    strategies: tuple[str, ...] = ()
    triggers: pricing.Selector = pricing.EVERYTHING
    picked: tuple[int, ...] = ()
    target_categories: frozenset[int] = frozenset()
    upgrades_to: frozenset[int] = frozenset()
    named_bundles: tuple[int, ...] = ()
    bundles: tuple[pricing.Bundle, ...] = ()
    tiers: tuple[pricing.Tier, ...] = ()
    mode: TierMode = "graduated"
    after_last: AfterLast = "hold"
    counting: Counting = "product"
    unit_order: pricing.UnitOrder = "cheapest_first"
    intro: pricing.Benefit = pricing.LIST_PRICE
    intro_cycles: int = 0
    interval_days: tuple[int, ...] = ()
    min_count: int = 0
    max_count: int | None = None
    included_count: int = 0
    measure: Measure = "spend"
    at_least: int | None = None
    threshold_base: ThresholdBase = "lane_entry"
    gives_free_shipping: bool = False
    gift: pricing.Gift | None = None
    buy_count: int | None = None
    get_count: int | None = None

    @property
    def has_triggers(self) -> bool:
        """Tell whether the offer looks at some products and not at all."""
        return bool(self.triggers.products or self.triggers.categories)

    @property
    def picks(self) -> frozenset[int]:
        """Return the hand-picked products, in no order."""
        return frozenset(self.picked)

    @property
    def discounted(self) -> pricing.Selector | None:
        """Return what the offer discounts, None where it names nothing of its own."""
        if not self.picked and not self.target_categories:
            return None
        return pricing.Selector(self.picks, self.target_categories)


def collect_offer_sources(offers: QuerySet[Offer]) -> list[OfferSource]:
    """Return the offers in plain values, by primary key and by a constant number of queries."""
    own = ("pk", "kind", "created_at", "benefit_kind", "benefit_value")
    rows = list(offers.order_by("pk").values(*own, *_COLUMNS))
    links = Links(offers)
    kinds = _kind_columns(offers)
    return [
        OfferSource(
            id=pk,
            benefit=pricing.Benefit(row.pop("benefit_kind"), row.pop("benefit_value")),
            changed_at=links.changed_at.get(pk, row.pop("created_at")),
            **row,
            **links.of(pk, row),
            **kinds.get(pk, {}),
        )
        for row in rows
        for pk in (row.pop("pk"),)
    ]


class Links:
    """What each offer is linked to, read once for all of them."""

    def __init__(self, offers: QuerySet[Offer]) -> None:
        these = offers.order_by().values("pk")
        of_these = {"offer__in": these}
        self._excludes = _linked(these, Offer.excludes.through, "from_offer_id", "to_offer_id")
        self._trigger_products = _linked(these, Offer.trigger_products.through, "offer_id", "product_id")
        self._trigger_categories = _linked(these, Offer.trigger_categories.through, "offer_id", "category_id")
        self._target_categories = _linked(these, Offer.target_categories.through, "offer_id", "category_id")
        self._named_bundles = _linked(these, Offer.bundles.through, "offer_id", "bundle_id")
        self._placements = _linked(these, Offer.placements.through, "offer_id", "placement_id")
        in_order = ("offer_id", "position", "pk")
        picked = CuratedProduct.objects.filter(**of_these).order_by(*in_order)
        self._picked = grouped(picked.values_list("offer_id", "product_id"))
        self._strategies: dict[int, list[str]] = {}
        strategies = OfferStrategy.objects.filter(**of_these).order_by(*in_order)
        for offer, code in strategies.values_list("offer_id", "strategy"):
            self._strategies.setdefault(offer, []).append(code)
        self._codes = _codes(of_these)
        versions = OfferVersion.objects.filter(**of_these).values_list("offer_id")
        self.changed_at: dict[int, datetime] = dict(versions.annotate(Max("changed_at")))
        self._tiers = _tiers(of_these)
        self._bundles = active_bundles()
        self._steps_up, self._substitutes = steps_up(), substitutes()

    def of(self, pk: int, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an offer is linked to, by the fields of its source."""
        strategies = tuple(self._strategies.get(pk, ()))
        return {
            "placements": tuple(self._placements.get(pk, ())),
            "codes": self._codes.get(pk),
            "named_bundles": tuple(self._named_bundles.get(pk, ())),
            "excludes": frozenset(self._excludes.get(pk, ())),
            "triggers": pricing.Selector(
                frozenset(self._trigger_products.get(pk, ())), frozenset(self._trigger_categories.get(pk, ()))
            ),
            "picked": tuple(self._picked.get(pk, ())),
            "target_categories": frozenset(self._target_categories.get(pk, ())),
            "strategies": strategies,
            "tiers": self._tiers.get(pk, ()),
            "bundles": self._bundles_of(pk, columns) if columns["kind"] == "bundle" else (),
            "upgrades_to": self._upgrades_of(strategies) if columns["kind"] == "upgrade" else frozenset(),
        }

    def _bundles_of(self, pk: int, columns: Mapping[str, Any]) -> tuple[pricing.Bundle, ...]:
        """Return the active bundles in the offer's currency: those that it names, else all of them."""
        known = self._bundles.get(columns["currency"], {})
        return tuple(known[bundle] for bundle in self._named_bundles.get(pk, known) if bundle in known)

    def _upgrades_of(self, strategies: Collection[str]) -> frozenset[int]:
        """Return what the offer's strategies can lead to, besides what is hand-picked."""
        products: frozenset[int] = frozenset()
        if StrategyCode.LADDER in strategies:
            products |= self._steps_up
        if StrategyCode.RELATED in strategies:
            products |= self._substitutes
        return products


def _linked(
    these: QuerySet[Offer, Any], through: type[models.Model], owner: str, other: str
) -> dict[int, list[int]]:
    """Return what each offer is linked to, in the order of the primary keys."""
    links = through._default_manager.filter(**{f"{owner}__in": these})  # noqa: SLF001 (documented)
    return grouped(links.order_by(owner, other).values_list(owner, other))


def _codes(of_these: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    """Return the codes of each offer that has any: those that are switched on, which may be none."""
    codes: dict[int, frozenset[str]] = {}
    table = PromotionCode.objects.filter(**of_these)
    for offer, code, is_active in table.values_list("offer_id", "code", "is_active"):
        codes[offer] = codes.get(offer, frozenset()) | ({code} if is_active else set())
    return codes


def _tiers(of_these: Mapping[str, Any]) -> dict[int, tuple[pricing.Tier, ...]]:
    """Return the tiers of each quantity discount, by rising quantity."""
    table = QuantityTier.objects.filter(**of_these).order_by("offer_id", "from_quantity")
    tiers: dict[int, tuple[pricing.Tier, ...]] = {}
    columns = ("offer_id", "from_quantity", "benefit_kind", "benefit_value")
    for offer, from_quantity, kind, value in table.values_list(*columns):
        tier = pricing.Tier(from_quantity, _benefit(kind, value))
        tiers[offer] = (*tiers.get(offer, ()), tier)
    return tiers


def active_bundles() -> dict[str, dict[int, pricing.Bundle]]:
    """Return the active bundles that hold something, by currency and primary key."""
    parts: dict[int, list[tuple[int, int]]] = {}
    items = BundleItem.objects.filter(bundle__is_active=True).order_by("bundle_id", "position", "pk")
    for bundle, product, quantity in items.values_list("bundle_id", "product_id", "quantity"):
        parts.setdefault(bundle, []).append((product, quantity))
    bundles: dict[str, dict[int, pricing.Bundle]] = {}
    heads = Bundle.objects.filter(is_active=True).order_by("pk")
    for pk, currency, kind, value in heads.values_list("pk", "currency", "benefit_kind", "benefit_value"):
        if pk in parts:
            bundles.setdefault(currency, {})[pk] = pricing.Bundle(tuple(parts[pk]), _benefit(kind, value))
    return bundles


def steps_up() -> frozenset[int]:
    """Return the products that stand above another on an active ladder."""
    lowest: dict[int, int] = {}
    above: set[int] = set()
    tiers = UpgradeTier.objects.filter(ladder__is_active=True).order_by("ladder_id", "position", "pk")
    for ladder, product in tiers.values_list("ladder_id", "product_id"):
        if lowest.setdefault(ladder, product) != product:
            above.add(product)
    return frozenset(above)


def substitutes() -> frozenset[int]:
    """Return the products that a merchandiser named as another's substitute."""
    relations = ProductRelation.objects.filter(kind=RelationKind.SUBSTITUTE)
    return frozenset(relations.values_list("related_id", flat=True))


def _kind_columns(offers: QuerySet[Offer]) -> dict[int, dict[str, Any]]:
    """Return the columns of each offer's kind, as the fields of its source."""
    columns: dict[int, dict[str, Any]] = {}
    for model, names in _KIND_COLUMNS.items():
        table = model._default_manager.filter(pk__in=offers.order_by().values("pk"))  # noqa: SLF001
        for pk, *values in table.values_list("pk", *names):
            columns[pk] = dict(zip(names, values, strict=True))
    _name_intros(columns.values())
    _name_gifts(columns.values())
    return columns


def _name_intros(columns: Iterable[dict[str, Any]]) -> None:
    """Turn a subscription's two columns into its introductory benefit."""
    for own in columns:
        if "intro_kind" in own:
            own["intro"] = _benefit(own.pop("intro_kind"), own.pop("intro_value"))
            own["interval_days"] = tuple(own["interval_days"])


def _name_gifts(columns: Iterable[dict[str, Any]]) -> None:
    """Turn the gifts' primary keys into products with their prices."""
    thresholds = [own for own in columns if "gift_id" in own]
    gifts = load_pricing_products(pks={own["gift_id"] for own in thresholds} - {None})
    for own in thresholds:
        product, quantity = gifts.get(own.pop("gift_id")), own.pop("gift_quantity")
        own["gift"] = None if product is None else pricing.Gift(product, quantity)


def _benefit(kind: Any, value: int) -> pricing.Benefit:
    return pricing.Benefit(kind, value)
