"""Everything one recompute learns, from arrays to the records of a generation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from analytics.stats.copurchase import Partners, find_partners
from analytics.stats.history import Histories, find_histories
from analytics.stats.popularity import BestSellers, find_best_sellers
from analytics.stats.sales import EPOCH, Baskets, Progress, Sales, no_progress, to_baskets
from analytics.stats.settings import LearningSettings
from offers.generations import PARTNER, POPULAR, PURCHASE, GenerationData, Records


@dataclass(frozen=True, slots=True)
class Learned:
    """A generation to publish, and what was left out of it."""

    data: GenerationData
    oversized_order_count: int  # too large to count pairs in; they count as sales and purchases


def learn(*, sales: Sales, settings: LearningSettings, on_progress: Progress = no_progress) -> Learned:
    """Learn partners, best sellers and purchase histories; the same sales give the same bytes."""
    on_progress("index", 0, 1)
    baskets = to_baskets(sales)
    on_progress("count", 0, len(baskets.product))
    partners = find_partners(baskets=baskets, settings=settings, on_progress=on_progress)
    on_progress("popularity", 0, 1)
    sellers = find_best_sellers(baskets=baskets, sales=sales, settings=settings)
    on_progress("histories", 0, 1)
    histories = find_histories(baskets=baskets, settings=settings)
    products, starts = np.unique(partners.own, return_index=True)
    data = GenerationData(
        data_until=_newest(baskets),
        order_count=len(baskets.order),
        counted_order_count=partners.order_count,
        line_count=len(sales.line_order),
        pair_count=partners.pair_count,
        products=baskets.product[products],
        product_orders=partners.product_orders[products],
        partner_starts=np.append(starts, len(partners.own)),
        partners=_partner_records(partners, baskets),
        categories=sellers.category,
        popular_starts=sellers.starts,
        popular=_popular_records(sellers),
        customers=histories.customer,
        purchase_starts=histories.starts,
        purchases=_purchase_records(histories),
    )
    return Learned(data=data, oversized_order_count=partners.oversized_order_count)


def _newest(baskets: Baskets) -> datetime | None:
    """Return when the newest order was placed."""
    if not len(baskets.order):
        return None
    return EPOCH + timedelta(microseconds=int(baskets.placed_us.max()))


def _partner_records(partners: Partners, baskets: Baskets) -> Records:
    """Return the partners as PARTNER records."""
    records = np.empty(len(partners.own), PARTNER)
    records["product"] = baskets.product[partners.partner]
    records["score"] = partners.score
    records["orders"] = partners.orders
    return records


def _popular_records(sellers: BestSellers) -> Records:
    """Return the best sellers as POPULAR records."""
    records = np.empty(len(sellers.product), POPULAR)
    records["product"] = sellers.product
    records["orders"] = sellers.orders
    return records


def _purchase_records(histories: Histories) -> Records:
    """Return the purchases as PURCHASE records."""
    records = np.empty(len(histories.product), PURCHASE)
    records["product"] = histories.product
    records["orders"] = histories.orders
    records["last_day"] = histories.last_day
    return records
