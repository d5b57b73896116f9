"""A small shop for tests of snapshots and decisions, described by SKUs instead of rows."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.conditions import AcceptanceRequired, PageRequired, Schedule
from engine.conditions.schedule import ALWAYS
from engine.conditions.tree.tree import Tree
from engine.decision import decide
from engine.decision.types import CartItem, Decision, DecisionRequest
from engine.experiments.running import NO_EXPERIMENTS, Experiments
from engine.pricing import (
    EVERYTHING,
    Benefit,
    PricingBundle,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    Terms,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.data import (
    NO_CATEGORY,
    NO_HISTORY,
    PIN_SCORE,
    UNTRACKED,
    USUAL_RULES,
    BundleData,
    ExclusionData,
    Flags,
    Labels,
    LearnedData,
    OfferData,
    Origin,
    PartnerColumns,
    PlacementData,
    PopularColumns,
    ProductColumns,
    ProductRelationData,
    RestrictionData,
    SnapshotData,
    UpgradeTierData,
)
from engine.snapshot.history import PriceHistory
from engine.snapshot.pricing import UNKNOWN_COST
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.conditions import conditions

NOON = 1_795_262_400  # 2026-11-21 12:00 UTC
# The columns that become conditions.
RESTRICTING = frozenset(
    {"is_active", "codes", "starts_at", "ends_at", "audience", "min_subtotal_minor", "tree", "arms"}
)
PURCHASES: dict[type[Terms], str] = {SubscriptionTerms: "subscription"}


@dataclass
class Goods:
    """A product of the shop."""

    sku: str
    price: int = 500
    category: str | None = None
    stock: int | None = None
    is_hidden: bool = False
    currency: str = "JPY"
    slowness: float = 0
    cost: int = UNKNOWN_COST
    tax_rate_bp: int = 0
    is_tax_included: bool = True
    brand: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass
class Shop:
    """What the shop sells and proposes. Rows follow the order in which things were added."""

    goods: list[Goods] = field(default_factory=list)
    categories: dict[str, str | None] = field(default_factory=dict)
    partners: dict[str, list[tuple[str, float, float]]] = field(default_factory=dict)
    pins: set[tuple[str, str]] = field(default_factory=set)
    popular: dict[str | None, list[tuple[str, int]]] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    ladders: list[list[tuple[str, str, str, str]]] = field(default_factory=list)
    bundles: list[tuple[str, dict[str, int], dict[str, Any]]] = field(default_factory=list)
    placements: list[PlacementData] = field(default_factory=lambda: [PlacementData("cart", 4)])
    offers: list[OfferData] = field(default_factory=list)
    history: PriceHistory = NO_HISTORY
    rules: Rules = USUAL_RULES
    exclusions: list[ExclusionData] = field(default_factory=list)
    restrictions: list[RestrictionData] = field(default_factory=list)
    zone: str = "UTC"
    audiences: dict[int, Tree] = field(default_factory=dict)
    context: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    experiments: Experiments = NO_EXPERIMENTS

    def exclude(
        self, *skus: str, placements: tuple[int, ...] | None = None, with_picked: bool = False
    ) -> None:
        """Exclude products, by default everywhere and for the statistics only."""
        self.exclusions.append(ExclusionData(self.hits(*skus), placements, with_picked))

    def restrict(self, *skus: str, attribute: str = "age_confirmed", value: str = "yes") -> None:
        """Propose products only to customers with an attribute."""
        self.restrictions.append(RestrictionData(self.hits(*skus), attribute, value))

    def hits(self, *skus: str) -> Flags:
        """Return which of the products sold so far these are."""
        return np.array([one.sku in skus for one in self.goods], np.bool_)

    def sell(self, *skus: str, **columns: Any) -> None:
        """Add products that share these columns."""
        self.goods += [Goods(sku, **columns) for sku in skus]

    def together(self, sku: str, *partners: tuple[str, float, float]) -> None:
        """Say what is bought together with a product: SKU, score, confidence; best first."""
        self.partners[sku] = list(partners)

    def offer(self, code: str, strategy: str = "curated", *more: str, **columns: Any) -> None:
        """Add an offer to all placements; triggers, picks and bundles are named."""
        names, codes = list(self.categories), [bundle for bundle, _, _ in self.bundles]
        triggers: dict[str, Any] = {
            "trigger_products": map(self.pk, columns.pop("trigger_products", ())),
            "trigger_categories": [names.index(name) + 1 for name in columns.pop("trigger_categories", ())],
        }
        restricting = {name: columns.pop(name) for name in RESTRICTING & columns.keys()}
        limits = columns.pop("limits", None)
        number = len(self.offers) + 1
        found = (*conditions(**triggers, **restricting), *([limits] if limits else []))
        if any(isinstance(one, PageRequired) for one in found):
            found = (*found, AcceptanceRequired(number))
        rows: dict[str, Any] = {
            "conditions": found,
            "curated": tuple(map(self.row, columns.pop("curated", ()))),
            "bundles": tuple(map(codes.index, columns.pop("bundles"))) if "bundles" in columns else None,
            "placements": tuple(columns.pop("placements", range(len(self.placements)))),
        }
        given: dict[str, Any] = {"kind": "cross_sell", "currency": "JPY"} | columns | rows
        benefit = Benefit(given.pop("benefit_kind", "none"), given.pop("benefit_value", 0))
        self.offers.append(
            OfferData(id=number, code=code, strategies=(strategy, *more), benefit=benefit, **given)
        )

    def priced(self, code: str, terms: Terms, **columns: Any) -> None:
        """Add an offer of a kind that has terms of its own; `rules` are its other columns in the core."""
        rules: dict[str, Any] = {"purchase": PURCHASES.get(type(terms), "one_time")} | columns.pop(
            "rules", {}
        )
        number = len(self.offers) + 1
        schedule = Schedule(columns.get("starts_at"), columns.get("ends_at"))
        priced = PricingOffer(id=number, terms=terms, currency="JPY", schedule=schedule, **rules)
        kind = columns.pop("kind", type(terms).__struct_config__.tag)
        self.offer(code, kind=kind, pricing=priced, **columns)

    def pk(self, sku: str) -> int:
        """Return the primary key of a product."""
        return self.row(sku) * 10 + 10

    def facts(self, sku: str) -> PricingProduct:
        """Return a product without category and tax as the pricing core sees it."""
        return PricingProduct(self.pk(sku), self.goods[self.row(sku)].price)

    def only(self, *skus: str) -> Selector:
        """Return what looks at these products."""
        return Selector(frozenset(map(self.pk, skus)))

    def row(self, sku: str) -> int:
        """Return the row of a product."""
        return next(row for row, goods in enumerate(self.goods) if goods.sku == sku)

    def data(self) -> SnapshotData:
        """Return the shop as a snapshot holds it."""
        names = list(self.categories)
        parents = [names.index(parent) if parent else NO_CATEGORY for parent in self.categories.values()]
        return SnapshotData(
            origin=Origin("2026-11-21T12:00:00Z", 7, "2026-11-21T09:00:00Z", 1000, {"catalog": 3}),
            products=self._products(names),
            category_parent=np.array(parents, np.int64),
            learned=LearnedData(
                partners=self._partners(),
                popular=self._popular([*names, None]),
                slowness=np.array([one.slowness for one in self.goods], np.float32),
            ),
            relations=sorted(
                (ProductRelationData(self.row(a), self.row(b), kind) for a, b, kind in self.relations),
                key=lambda relation: relation.product,
            ),
            ladders=[
                [UpgradeTierData(self.row(sku), *texts) for sku, *texts in ladder] for ladder in self.ladders
            ],
            bundles=[self._bundle(*bundle) for bundle in self.bundles],
            placements=self.placements,
            offers=[replace(one, pricing=one.pricing or self._pricing(one)) for one in self.offers],
            history=self.history,
            rules=self.rules,
            exclusions=self.exclusions,
            restrictions=self.restrictions,
            labels=self._labels(),
            zone=self.zone,
            audiences=self.audiences,
            context=self.context,
            experiments=self.experiments,
        )

    def _labels(self) -> Labels:
        """Return all brands and attributes."""
        own = [((one.brand,), *one.attributes) if one.brand else one.attributes for one in self.goods]
        texts = list(dict.fromkeys(text for labels in own for text in labels))
        return Labels(texts, [[texts.index(text) for text in labels] for labels in own])

    def publish(self, directory: Path) -> Snapshot:
        """Write the shop's snapshot and map it."""
        return Snapshot.open(directory / write_snapshot(data=self.data(), directory=directory))

    def _products(self, names: list[str]) -> ProductColumns:
        goods = self.goods
        return ProductColumns(
            pk=np.array([self.pk(one.sku) for one in goods], np.int64),
            sku=[one.sku for one in goods],
            name=[one.sku.title() for one in goods],
            image_url=[f"https://shop.example/{one.sku}.jpg" for one in goods],
            page_url=[f"https://shop.example/{one.sku}" for one in goods],
            price_minor=np.array([one.price for one in goods], np.int64),
            currency=[one.currency for one in goods],
            stock=np.array([UNTRACKED if one.stock is None else one.stock for one in goods], np.int64),
            is_hidden=np.array([one.is_hidden for one in goods], np.bool_),
            cost_minor=np.array([one.cost for one in goods], np.int64),
            tax_rate_bp=np.array([one.tax_rate_bp for one in goods], np.int64),
            is_tax_included=np.array([one.is_tax_included for one in goods], np.bool_),
            category=np.array(
                [NO_CATEGORY if one.category is None else names.index(one.category) for one in goods],
                np.int64,
            ),
        )

    def _partners(self) -> PartnerColumns:
        lists = [self.partners.get(one.sku, []) for one in self.goods]
        links = [(one.sku, *link) for one, links in zip(self.goods, lists, strict=True) for link in links]
        scores = [score + PIN_SCORE * ((a, b) in self.pins) for a, b, score, _ in links]
        ones = np.ones(len(links), np.float32)
        return PartnerColumns(
            starts=np.cumsum([0, *map(len, lists)]),
            product=np.array([self.row(partner) for _, partner, _, _ in links], np.int64),
            score=np.array(scores, np.float32),
            orders=np.arange(len(links), dtype=np.int64) + 1,
            support=ones / np.float32(100),
            confidence=np.array([confidence for *_, confidence in links], np.float32),
            lift=ones * np.float32(3),
            llr=ones * np.float32(9),
        )

    def _popular(self, categories: list[str | None]) -> PopularColumns:
        lists = [self.popular.get(category, []) for category in categories]
        flat = [(self.row(sku), orders) for best in lists for sku, orders in best]
        return PopularColumns(
            starts=np.cumsum([0, *map(len, lists)]),
            product=np.array([row for row, _ in flat], np.int64),
            orders=np.array([orders for _, orders in flat], np.int64),
        )

    def _pricing(self, offer: OfferData) -> PricingOffer | None:
        """Return the offer as carts are priced by it: its benefit on whatever the shopper accepts."""
        everything = frozenset(self.pk(one.sku) for one in self.goods)
        terms: dict[str, Terms] = {
            "cross_sell": CrossSellTerms(EVERYTHING, offer.benefit, by_acceptance=True),
            "upgrade": UpgradeTerms(EVERYTHING, everything, offer.benefit),
            "bundle": BundleTerms(
                tuple(map(self._pricing_bundle, offer.bundles or range(len(self.bundles))))
            ),
        }
        if offer.kind not in terms:
            return None
        schedule = offer.condition(Schedule) or ALWAYS
        return PricingOffer(id=offer.id, terms=terms[offer.kind], currency=offer.currency, schedule=schedule)

    def _pricing_bundle(self, row: int) -> PricingBundle:
        _code, items, columns = self.bundles[row]
        benefit = Benefit(columns.get("benefit_kind", "none"), columns.get("benefit_value", 0))
        return PricingBundle(tuple((self.pk(sku), units) for sku, units in items.items()), benefit)

    def _bundle(self, code: str, items: dict[str, int], columns: dict[str, Any]) -> BundleData:
        parts = tuple((self.row(sku), quantity) for sku, quantity in items.items())
        given: dict[str, Any] = {"currency": "JPY"} | columns
        return BundleData(code=code, name=code, items=parts, **given)


def ask(snapshot: Snapshot, *cart: str, **given: Any) -> Decision:
    """Decide at NOON in the placement `cart`, with one unit of each SKU in the cart."""
    lines = tuple(CartItem(sku, 1) for sku in cart)
    asked: dict[str, Any] = {"placement": "cart", "at": NOON, "cart": lines} | given
    return decide(snapshot=snapshot, request=DecisionRequest(**asked))


def offered(decision: Decision) -> list[tuple[str, ...]]:
    """Return what was proposed, best first: the SKUs of each proposal."""
    return [tuple(product.sku for product in proposal.products) for proposal in decision.proposals]
