"""The offers of the synthetic shop: every kind, trigger, audience, schedule and benefit."""

from datetime import UTC, datetime
from typing import Any, cast

import numpy as np

from engine.conditions import AnyCondition, Schedule, Trigger
from engine.pricing import (
    EVERYTHING,
    Benefit,
    BenefitKind,
    PricingBundle,
    PricingOffer,
    Selector,
    Terms,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.data import LearnedData, OfferData, Origin, PlacementData, SnapshotData
from tests.bench.world.catalogue import CURRENCY, ORDER_COUNT, BenchCatalogue
from tests.engine.conditions import conditions

PLACEMENTS = (
    PlacementData("product_page", 4),
    PlacementData("cart", 4),
    PlacementData("checkout", 2),
    PlacementData("home", 6),
)
PRODUCT_PAGE, CART, CHECKOUT, HOME = range(4)
# A shop has a few general offers; as the number grows, most are targeted.
UNTRIGGERED_AT_LEAST, UNTRIGGERED_RATE = 10, 0.01
DAY = 86_400
MAX_DEPTH = 4

_KINDS = ("cross_sell", "upgrade", "bundle")
_STRATEGIES = {
    "cross_sell": (
        ("bought_together", "category_popular", "popular"),
        ("curated", "bought_together"),
        ("related", "bought_together", "popular"),
        ("also_bought_by_customer", "bought_together", "category_popular"),
    ),
    "upgrade": (("ladder",), ("curated", "ladder")),
    "bundle": (("bundle",),),
}
_BENEFITS: tuple[tuple[BenefitKind, int], ...] = (
    ("none", 0),
    ("none", 0),
    ("percent", 1000),
    ("percent", 500),
    ("amount", 50),
)


def make_snapshot_data(
    catalogue: BenchCatalogue, *, offer_count: int, at: datetime, published_at: datetime, seed: int = 2
) -> SnapshotData:
    """Return the whole shop with `offer_count` offers around the time `at`."""
    return SnapshotData(
        origin=Origin(
            built_at=at.isoformat(),
            generation_id=1,
            published_at=published_at.isoformat(),
            order_count=ORDER_COUNT,
            revisions={"catalog": 1, "offers": 1},
        ),
        products=catalogue.products,
        category_parent=catalogue.category_parent,
        learned=LearnedData(catalogue.partners, catalogue.popular),
        relations=catalogue.relations,
        ladders=catalogue.ladders,
        bundles=catalogue.bundles,
        placements=PLACEMENTS,
        offers=make_offers(catalogue, offer_count=offer_count, at=at, seed=seed),
    )


def make_offers(
    catalogue: BenchCatalogue, *, offer_count: int, at: datetime, seed: int = 2
) -> list[OfferData]:
    """Return offers, nearly all of them with a trigger product or category."""
    rng = np.random.default_rng(seed)
    untriggered = UNTRIGGERED_AT_LEAST + round(offer_count * UNTRIGGERED_RATE)
    now = int(at.astimezone(UTC).timestamp())
    return [
        _make_offer(catalogue, number, now, rng, is_triggered=number >= untriggered)
        for number in range(offer_count)
    ]


def _make_offer(
    catalogue: BenchCatalogue, number: int, now: int, rng: np.random.Generator, *, is_triggered: bool
) -> OfferData:
    """Return an offer; those without a trigger have the lowest priority."""
    kind = str(rng.choice(_KINDS, p=(0.6, 0.25, 0.15))) if is_triggered else "cross_sell"
    strategies = _STRATEGIES[kind][rng.integers(len(_STRATEGIES[kind]))]
    by_product = is_triggered and rng.random() < 0.6
    by_category = is_triggered and not by_product
    benefit = _BENEFITS[rng.integers(len(_BENEFITS))] if kind != "bundle" else ("none", 0)
    starts_at, ends_at = _period(now, rng)
    placements = tuple(sorted({int(rng.integers(4)), int(rng.integers(4))}))
    priority = int(rng.integers(1, 100)) if is_triggered else -10
    max_proposals = int(rng.integers(1, 4))
    restrictions = _restrictions(
        catalogue, rng, (starts_at, ends_at), by_product=by_product, by_category=by_category
    )
    curated = tuple(catalogue.draw(5, rng).tolist()) if "curated" in strategies else ()
    trigger = next((one for one in restrictions if isinstance(one, Trigger)), None)
    bundles = _bundles(catalogue, rng) if kind == "bundle" else None
    rules: dict[str, Any] = {"currency": CURRENCY, "schedule": Schedule(starts_at, ends_at)}
    terms = _terms(catalogue, kind, Benefit(*benefit), trigger, bundles or curated)
    return OfferData(
        id=number + 1,
        code=f"offer-{number}",
        kind=kind,
        currency=CURRENCY,
        placements=placements,
        strategies=strategies if is_triggered else ("bought_together", "category_popular", "popular"),
        priority=priority,
        max_proposals=max_proposals,
        conditions=restrictions,
        benefit=Benefit(*benefit),
        headline_en=f"Goes well with your coffee, no. {number}",
        headline_ja=f"ご一緒にいかがですか {number}",
        body_en="Often bought together by people who like a slow breakfast.",
        body_ja="ゆっくり朝食を楽しむ方によく選ばれています。",
        curated=curated,
        bundles=bundles,
        pricing=None if terms is None else PricingOffer(id=number + 1, terms=terms, **rules),
    )


def _restrictions(
    catalogue: BenchCatalogue,
    rng: np.random.Generator,
    period: tuple[int | None, int | None],
    *,
    by_product: bool,
    by_category: bool,
) -> tuple[AnyCondition, ...]:
    """Return the conditions of an offer: its period, an audience, a minimum and its triggers."""
    return conditions(
        currency=CURRENCY,
        starts_at=period[0],
        ends_at=period[1],
        audience=str(rng.choice(("everyone", "known", "anonymous"), p=(0.8, 0.12, 0.08))),
        min_subtotal_minor=int(rng.integers(1, 10)) * 1000 if rng.random() < 0.2 else None,
        trigger_products=_products(catalogue, rng) if by_product else (),
        trigger_categories=_categories(catalogue, rng) if by_category else (),
    )


def _terms(
    catalogue: BenchCatalogue, kind: str, benefit: Benefit, trigger: Trigger | None, chosen: tuple[int, ...]
) -> Terms | None:
    """Return what the offer makes of a cart, None for nothing; `chosen` are its bundles or products."""
    pks = catalogue.products.pk
    seen = None if trigger is None else Selector(trigger.products, trigger.categories)
    if kind == "upgrade":
        finer = _finer_than(catalogue, trigger)
        rows = [*finer, *chosen]
        products = frozenset(pks[rows].tolist()) if rows else frozenset()
        return UpgradeTerms(seen or EVERYTHING, products, benefit) if products else None
    if kind == "bundle":
        return BundleTerms(
            tuple(
                PricingBundle(
                    tuple((int(pks[row]), units) for row, units in bundle.items),
                    Benefit(cast(BenefitKind, bundle.benefit_kind), bundle.benefit_value),
                )
                for bundle in (catalogue.bundles[row] for row in chosen)
            )
        )
    if chosen:
        return CrossSellTerms(Selector(frozenset(pks[list(chosen)].tolist())), benefit, seen)
    return CrossSellTerms(EVERYTHING, benefit, seen, by_acceptance=True)


def _finer_than(catalogue: BenchCatalogue, trigger: Trigger | None) -> set[int]:
    """Return the rows of the products that ladders put above what the trigger names."""
    if trigger is None:
        return set()
    category, parents = catalogue.products.category, catalogue.category_parent
    named = {int(row) for row in np.flatnonzero(np.isin(catalogue.products.pk, [*trigger.products]))}
    wanted = {pk - 1 for pk in trigger.categories}
    # A few passes down the tree find the categories below those that are named.
    for _ in range(MAX_DEPTH):
        wanted |= set(np.flatnonzero(np.isin(parents, [*wanted])).tolist())
    return {
        tier.product
        for ladder in catalogue.ladders
        if int(category[ladder[0].product]) in wanted or any(one.product in named for one in ladder)
        for tier in ladder[1:]
    }


def _bundles(catalogue: BenchCatalogue, rng: np.random.Generator) -> tuple[int, ...]:
    """Return three bundles of the catalogue."""
    return tuple(rng.choice(len(catalogue.bundles), 3, replace=False).tolist())


def _products(catalogue: BenchCatalogue, rng: np.random.Generator) -> list[int]:
    """Return the primary keys of one to eleven products."""
    rows = catalogue.draw(int(rng.integers(1, 12)), rng)
    return [int(pk) for pk in catalogue.products.pk[rows]]


def _categories(catalogue: BenchCatalogue, rng: np.random.Generator) -> list[int]:
    """Return the primary keys of one to three categories, few of them roots."""
    rows = rng.integers(0, len(catalogue.category_parent), int(rng.integers(1, 4)))
    return [row + 1 for row in rows.tolist()]


def _period(now: int, rng: np.random.Generator) -> tuple[int | None, int | None]:
    """Return a period: usually none, or else a current, a past or a future one."""
    if rng.random() < 0.6:
        return None, None
    starts_at = now + int(rng.integers(-60, 10)) * DAY
    return starts_at, starts_at + int(rng.integers(5, 120)) * DAY
