"""Everything a snapshot holds, as arrays and plain values: no Django, no database.

The builder fills it from the database, the evaluation and the benchmark from arrays of their own.
Products, categories, placements and bundles are named by their index: their row in the tables
below. Ragged lists are flat columns and a `starts` array with one more entry than there are lists:
list i is `column[starts[i]:starts[i + 1]]`. Amounts are minor units, times seconds since 1970-01-01
UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt

from engine.conditions import AnyCondition, Condition
from engine.conditions.tree.tree import Tree
from engine.experiments.running import NO_EXPERIMENTS, Experiments
from engine.learned.scoring import Scoring
from engine.pricing import LIST_PRICE, Benefit, PricingOffer, Rules
from engine.restraint.policy import Policies
from engine.snapshot.history import PriceHistory

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

C = TypeVar("C", bound=Condition)
RefundPolicy = Literal["keep", "claw_back"]
# Which products that the statistics chose may fill slots of a placement.
FillIns = Literal["all", "no_last_resort", "none"]
# What a placement shows to a customer who declined one of its offers.
AfterDecline = Literal["next", "lower_step", "offer", "silence"]
# What offers of one priority compete by.
RankBy = Literal["margin", "sales"]

NO_CATEGORY = -1
UNTRACKED = -1
UNKNOWN = -1
# A pinned partner's score: its learned score, raised above any sum of learned ones.
PIN_SCORE = 1_000_000.0
USUAL_RULES = Rules()
NO_HISTORY = PriceHistory.empty()
USUAL_RESTRAINT = Policies()
NOTHING_FITTED = Scoring()


@dataclass(frozen=True, slots=True)
class ProductColumns:
    """The n products, primary keys ascending; the strings hold one entry a product."""

    pk: Ints
    sku: Sequence[str]
    name: Sequence[str]
    image_url: Sequence[str]
    page_url: Sequence[str]
    price_minor: Ints  # as the shop shows it: with or without tax, by its rules
    currency: Sequence[str]
    stock: Ints  # units in stock, UNTRACKED where stock is not tracked
    is_hidden: Flags
    category: Ints  # index of the category, NO_CATEGORY where there is none
    cost_minor: Ints | None = None  # UNKNOWN_COST where it is not known; None: known for no product
    tax_rate_bp: Ints | None = None  # None: no tax at all
    is_tax_included: Flags | None = None  # in the catalogue; None: all prices include tax

    def __len__(self) -> int:
        return len(self.pk)


@dataclass(frozen=True, slots=True)
class PartnerColumns:
    """What is bought together with each product, best for its page first: pins at the head, no vetoed one.

    `starts` has n + 1 entries; a pinned partner without evidence has zeros there. `score` is what a link
    counts in a cart of several products, `page_score` on the product's own page (None: the same).
    """

    starts: Ints
    product: Ints
    score: Floats
    orders: Ints
    support: Floats
    confidence: Floats
    lift: Floats
    llr: Floats
    page_score: Floats | None = None

    @classmethod
    def empty(cls, product_count: int) -> Self:
        """Return no partner for any of the products."""
        starts, none = np.zeros(product_count + 1, np.int64), np.empty(0, np.float32)
        return cls(starts, np.empty(0, np.int64), none, np.empty(0, np.int64), none, none, none, none)


@dataclass(frozen=True, slots=True)
class PopularColumns:
    """Best sellers, best first: one list a category and, last, the list of the whole shop.

    `starts` has m + 2 entries for m categories; `orders` are those of the recent window.
    """

    starts: Ints
    product: Ints
    orders: Ints

    @classmethod
    def empty(cls, category_count: int) -> Self:
        """Return empty lists."""
        return cls(np.zeros(category_count + 2, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class LearnedData:
    """All in a snapshot that follows from orders: what another generation changes."""

    partners: PartnerColumns
    popular: PopularColumns
    slowness: Floats | None = None  # 0 if a product sells, up to 1 if it does not; None: none is slow
    scoring: Scoring = NOTHING_FITTED


@dataclass(frozen=True, slots=True)
class ProductRelationData:
    """`related` is an accessory, a consumable or a complement of `product`."""

    product: int
    related: int
    kind: str


@dataclass(frozen=True, slots=True)
class UpgradeTierData:
    """One step of a ladder and what it gains the shopper over the step below."""

    product: int
    label: str = ""
    gain_en: str = ""
    gain_ja: str = ""


@dataclass(frozen=True, slots=True)
class BundleData:
    """Several units together at one price; `items` are pairs of a product and its quantity."""

    code: str
    name: str
    currency: str
    items: tuple[tuple[int, int], ...]
    benefit_kind: str = "none"
    benefit_value: int = 0


@dataclass(frozen=True, slots=True)
class ReservedData:
    """A slot, counted from 1, that only offers of a kind or one offer, by primary key, may fill."""

    slot: int
    kind: str = ""
    offer: int | None = None


@dataclass(frozen=True, slots=True)
class PlacementData:
    """A spot of the storefront with room for `slot_count` offers.

    One that `is_about_cart` proposes what fits the cart, whatever product the page shows. After a purchase
    the cart of a request has been bought, and proposals are for a new order. `order` are the offers that are
    asked first, in this order; `downsell` is the offer that follows a declined one. Both are primary keys.
    Offers compete by what they are expected to add to the margin or to the sales (`rank_by`).
    """

    code: str
    slot_count: int
    is_active: bool = True
    is_about_cart: bool = False
    is_after_purchase: bool = False
    order: tuple[int, ...] = ()
    reserved: tuple[ReservedData, ...] = ()
    fill_ins: FillIns = "all"
    after_decline: AfterDecline = "next"
    downsell: int | None = None
    rank_by: RankBy = "margin"


@dataclass(frozen=True, slots=True)
class ExclusionData:
    """Products that are not proposed: those of the `hits`, (n,), in some `placements` by row; None: in all.

    Hand-picked products are excluded only `with_picked`.
    """

    hits: Flags
    placements: tuple[int, ...] | None = None
    with_picked: bool = False


@dataclass(frozen=True, slots=True)
class RestrictionData:
    """Products, `hits` of shape (n,), that are proposed only to customers whose attribute has the value."""

    hits: Flags
    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class OfferData:
    """A rule that proposes products or bundles, and what they cost under it.

    `conditions` say when it applies; without any it always does. `benefit` is what it takes off a proposed
    product, `pricing` is the offer as carts are priced by it, None where it can apply to nothing; both name
    products by primary key. `reduced_at` is when its price began to hold. `bundles` None is every bundle that
    holds a product of the context.
    """

    id: int
    code: str
    kind: str
    currency: str
    placements: tuple[int, ...]
    strategies: tuple[str, ...]
    priority: int = 0
    max_proposals: int = 1
    version: int = 1
    conditions: tuple[AnyCondition, ...] = ()
    benefit: Benefit = LIST_PRICE
    headline_en: str = ""
    headline_ja: str = ""
    body_en: str = ""
    body_ja: str = ""
    curated: tuple[int, ...] = ()
    bundles: tuple[int, ...] | None = None
    max_step_bp: int | None = None
    slow_mover_boost_bp: int = 0
    pricing: PricingOffer | None = None
    refund_policy: RefundPolicy = "keep"
    reduced_at: int = 0

    def condition(self, kind: type[C]) -> C | None:
        """Return the offer's condition of this kind, None where it has none."""
        return next((one for one in self.conditions if isinstance(one, kind)), None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a snapshot comes from: the generation it holds and the revisions it saw.

    `order_count` is the number of orders that the popular lists were counted over; it turns a count
    into a share. `counted_order_count` is the number that pairs were counted in. Times are ISO 8601.
    """

    built_at: str
    generation_id: int | None = None
    published_at: str | None = None
    order_count: int = 0
    revisions: Mapping[str, int] = field(default_factory=dict)
    counted_order_count: int = 0


@dataclass(frozen=True, slots=True)
class Labels:
    """The brands and attributes that conditions may look at, as far as a condition names them.

    `texts` are a brand alone, or the name and the value of an attribute; `of_product` are the places in it of
    each product, (): no product has any.
    """

    texts: Sequence[tuple[str, ...]] = ()
    of_product: Sequence[Sequence[int]] = ()


NO_LABELS = Labels()


@dataclass(frozen=True, slots=True)
class SnapshotData:
    """All that a decision reads. Relations are sorted by product, then by the merchandiser's order."""

    origin: Origin
    products: ProductColumns
    category_parent: Ints  # (m,) index of the parent, NO_CATEGORY for a root
    learned: LearnedData
    relations: Sequence[ProductRelationData] = ()
    ladders: Sequence[Sequence[UpgradeTierData]] = ()  # each from the plainest to the finest
    bundles: Sequence[BundleData] = ()
    rules: Rules = USUAL_RULES
    history: PriceHistory = NO_HISTORY
    category_pk: Ints | None = None  # (m,) primary keys, ascending; None: 1 to m
    placements: Sequence[PlacementData] = ()
    offers: Sequence[OfferData] = ()
    restraint: Policies = USUAL_RESTRAINT
    traits: Sequence[Sequence[int]] = ()  # of each product, numbers that stand for facts; (): none known
    exclusions: Sequence[ExclusionData] = ()
    restrictions: Sequence[RestrictionData] = ()
    labels: Labels = NO_LABELS
    # The names that requests may give values of their own, with the values that are allowed; None: any.
    context: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    zone: str = "UTC"  # the shop's time zone in the IANA database
    # The trees of the audiences that conditions of offers refer to, by primary key.
    audiences: Mapping[int, Tree] = field(default_factory=dict)
    experiments: Experiments = NO_EXPERIMENTS

    def category_pks(self) -> list[int]:
        """Return the categories' primary keys; categories that never had any count from 1."""
        if self.category_pk is not None:
            return [int(pk) for pk in self.category_pk]
        return list(range(1, len(self.category_parent) + 1))
