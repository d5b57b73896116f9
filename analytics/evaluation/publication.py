"""Train and publish without a database: learn, write the snapshot, map it.

Ids are the numbers of the history plus one, because the statistics use 0 for "none".
"""

from datetime import timedelta
from pathlib import Path

import numpy as np

from analytics.evaluation.history import History, Ints
from analytics.evaluation.product_file import Catalogue
from analytics.stats.learn import LearnedGeneration, learn
from analytics.stats.sales import Progress, Sales, no_progress
from analytics.stats.settings import LearningSettings
from engine.learned.evidence import explain_partners
from engine.learned.generations import GenerationData
from engine.moments import EPOCH
from engine.snapshot.data import (
    UNTRACKED,
    LearnedData,
    OfferData,
    Origin,
    PartnerColumns,
    PlacementData,
    PopularColumns,
    ProductColumns,
    SnapshotData,
)
from engine.snapshot.reader import Snapshot
from engine.snapshot.store import SnapshotStore
from engine.snapshot.writer import write_snapshot

# Every product has the same price, so that prices do not affect the results.
CURRENCY, PRICE_MINOR = "USD", 100
LEARNED = ("recommended", "category_popular", "popular")
# A placement for each kind of question, with one offer each.
STRATEGIES = {
    "cart_completion": LEARNED,
    "cart_of_stranger": LEARNED,
    "product_page": LEARNED,
    "next_basket": LEARNED,
}


def learn_from(
    training: History,
    catalogue: Catalogue,
    *,
    settings: LearningSettings,
    on_progress: Progress = no_progress,
) -> LearnedGeneration:
    """Learn from the training orders as a recompute does."""
    sales = Sales(
        line_order=training.order + 1,
        line_product=training.product + 1,
        order=np.arange(training.order_count) + 1,
        placed_us=training.placed_us,
        customer=training.customer + 1,
        product=np.flatnonzero(training.seen()) + 1,
        product_category=catalogue.category[training.seen()] + 1,
        product_hidden=catalogue.is_hidden[training.seen()].astype(np.int64),
        category=np.arange(len(catalogue.category_parent)) + 1,
        category_parent=catalogue.category_parent + 1,
    )
    return learn(sales=sales, settings=settings, on_progress=on_progress)


def publish(
    generation: GenerationData, training: History, catalogue: Catalogue, *, slot_count: int, folder: Path
) -> Snapshot:
    """Write a snapshot of the products in training into the folder, and map it."""
    data = snapshot_data(generation, training, catalogue, slot_count=slot_count)
    write_snapshot(data=data, directory=folder)
    snapshot = SnapshotStore(folder).current()
    if snapshot is None:
        raise RuntimeError(f"The snapshot just written to {folder} cannot be read.")
    return snapshot


def snapshot_data(
    generation: GenerationData, training: History, catalogue: Catalogue, *, slot_count: int
) -> SnapshotData:
    """Return the snapshot data of a database with these products and this generation."""
    products = np.flatnonzero(training.seen())
    last_us = int(training.placed_us.max(initial=0))
    moment = (EPOCH + timedelta(microseconds=last_us)).isoformat()
    return SnapshotData(
        origin=Origin(
            built_at=moment, generation_id=1, published_at=moment, order_count=generation.order_count
        ),
        products=_products(products, catalogue),
        category_parent=catalogue.category_parent,
        learned=LearnedData(
            partners=_partners(generation, products + 1),
            popular=_popular(generation, products + 1, category_count=len(catalogue.category_parent)),
            scoring=generation.scoring,
        ),
        placements=[PlacementData(code, slot_count) for code in STRATEGIES],
        offers=_offers(slot_count),
    )


def _products(products: Ints, catalogue: Catalogue) -> ProductColumns:
    """Return the columns of these products, (n_products,) numbers of the history."""
    skus = [catalogue.skus[product] for product in products]
    return ProductColumns(
        pk=products + 1,
        sku=skus,
        name=skus,
        image_url=[""] * len(skus),
        page_url=[""] * len(skus),
        price_minor=np.full(len(skus), PRICE_MINOR, np.int64),
        currency=[CURRENCY] * len(skus),
        stock=np.full(len(skus), UNTRACKED, np.int64),
        is_hidden=catalogue.is_hidden[products],
        category=catalogue.category[products],
    )


def _offers(slot_count: int) -> list[OfferData]:
    """Return one offer for each placement of `STRATEGIES`."""
    return [
        OfferData(
            id=number + 1,
            code=code,
            kind="cross_sell",
            currency=CURRENCY,
            placements=(number,),
            strategies=strategies,
            max_proposals=slot_count,
        )
        for number, (code, strategies) in enumerate(STRATEGIES.items())
    ]


def _partners(generation: GenerationData, pks: Ints) -> PartnerColumns:
    """Return the partner lists by row of the product; `pks` (n_products,) ascending."""
    counts = np.zeros(len(pks), np.int64)
    counts[np.searchsorted(pks, generation.products)] = np.diff(generation.partner_starts)
    records = explain_partners(
        generation.partners,
        own_orders=np.repeat(generation.product_orders, np.diff(generation.partner_starts)),
        products=generation.products,
        product_orders=generation.product_orders,
        order_count=generation.counted_order_count,
    )
    return PartnerColumns(
        starts=np.concatenate([[0], np.cumsum(counts)]),
        product=np.searchsorted(pks, records["product"]),
        score=records["score"],
        orders=records["orders"].astype(np.int64),
        support=records["support"],
        confidence=records["confidence"],
        lift=records["lift"],
        llr=records["llr"],
        page_score=records["page_score"],
    )


def _popular(generation: GenerationData, pks: Ints, *, category_count: int) -> PopularColumns:
    """Return the best sellers by category row; those of the whole shop are last, unlike in a generation."""
    row = np.where(generation.categories == 0, category_count, generation.categories - 1)
    lengths = np.diff(generation.popular_starts)
    owner = np.repeat(row, lengths)
    by_owner = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=category_count + 1)
    return PopularColumns(
        starts=np.concatenate([[0], np.cumsum(counts)]),
        product=np.searchsorted(pks, generation.popular["product"][by_owner]),
        orders=generation.popular["orders"][by_owner].astype(np.int64),
    )
