"""Everything one recompute learns, from arrays to the records of a generation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from analytics.quality import QuestionQuality
from analytics.stats.fit import Fitted, fit_scoring
from analytics.stats.history import Histories, find_histories
from analytics.stats.links import Links, PairCounter, count_here, find_links
from analytics.stats.popularity import BestSellers, find_best_sellers
from analytics.stats.sales import EPOCH, Baskets, Ints, Progress, Sales, no_progress, to_baskets
from analytics.stats.settings import LearningSettings
from offers.generations import PARTNER, POPULAR, PURCHASE, GenerationData, Records


@dataclass(frozen=True, slots=True)
class Learned:
    """A generation to publish, what was left out of it, and how well its choices did."""

    data: GenerationData
    oversized_order_count: int  # too large to count pairs in; they count as sales and purchases
    oversized_pair_count: int  # pairs in them
    repeated_line_count: int  # lines of a product that the order has another line of
    quality: tuple[QuestionQuality, ...] = ()  # empty where nothing was fitted


@dataclass(frozen=True, slots=True)
class _Linked:
    """Each product's partners as records, and what they were counted from; the counts themselves are gone."""

    product: Ints  # (n,) positions of those that have partners, ascending
    product_orders: Ints  # (n,)
    starts: Ints  # (n + 1,)
    partners: Records  # PARTNER
    order_count: int
    pair_count: int
    oversized_order_count: int
    oversized_pair_count: int


def learn(
    *,
    sales: Sales,
    settings: LearningSettings,
    count: PairCounter = count_here,
    on_progress: Progress = no_progress,
) -> Learned:
    """Fit the scores, then learn by them; the same sales give the same bytes."""
    on_progress("index", 0, 1)
    baskets = to_baskets(sales)
    fitted = Fitted()
    if settings.is_fitted:
        on_progress("fit", 0, 1)
        is_shown = sales.shown_among(baskets.product)
        fitted = fit_scoring(baskets=baskets, is_shown=is_shown, settings=settings, on_progress=on_progress)
    linked = _find_partners(
        baskets=baskets, settings=settings, fitted=fitted, count=count, on_progress=on_progress
    )
    on_progress("popularity", 0, 1)
    sellers = find_best_sellers(baskets=baskets, sales=sales, settings=settings)
    on_progress("histories", 0, 1)
    histories = find_histories(
        baskets=baskets, settings=settings, cart_habit=fitted.cart_habit, next_habit=fitted.next_habit
    )
    data = GenerationData(
        data_until=_newest(baskets),
        order_count=len(baskets.order),
        counted_order_count=linked.order_count,
        line_count=len(sales.line_order),
        pair_count=linked.pair_count,
        products=baskets.product[linked.product],
        product_orders=linked.product_orders,
        partner_starts=linked.starts,
        partners=linked.partners,
        categories=sellers.category,
        popular_starts=sellers.starts,
        popular=_popular_records(sellers),
        customers=histories.customer,
        purchase_starts=histories.starts,
        purchases=_purchase_records(histories),
        scoring=fitted.scoring,
    )
    return Learned(
        data,
        oversized_order_count=linked.oversized_order_count,
        oversized_pair_count=linked.oversized_pair_count,
        repeated_line_count=baskets.repeated_line_count,
        quality=fitted.quality,
    )


def _find_partners(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    fitted: Fitted,
    count: PairCounter,
    on_progress: Progress,
) -> _Linked:
    """Count the pairs for carts and for product pages."""
    on_progress("count", 0, len(baskets.product))
    carts = find_links(
        baskets=baskets,
        settings=settings,
        recipe=fitted.cart,
        limit=settings.partner_limit,
        count=count,
        on_progress=on_progress,
    )
    pages = find_links(
        baskets=baskets,
        settings=settings,
        recipe=fitted.page,
        limit=settings.page_partner_limit,
        count=count,
        on_progress=on_progress,
    )
    own, partners = _partner_records(carts, pages, baskets)
    product, starts = np.unique(own, return_index=True)
    counted = carts.counted
    return _Linked(
        product=product,
        product_orders=counted.product_orders[product],
        starts=np.append(starts, len(own)),
        partners=partners,
        order_count=counted.order_count,
        pair_count=counted.pair_count,
        oversized_order_count=counted.oversized_order_count,
        oversized_pair_count=counted.oversized_pair_count,
    )


def _newest(baskets: Baskets) -> datetime | None:
    """Return when the newest order was placed."""
    if not len(baskets.order):
        return None
    return EPOCH + timedelta(microseconds=int(baskets.placed_us.max()))


def _partner_records(carts: Links, pages: Links, baskets: Baskets) -> tuple[Ints, Records]:
    """Return the owner, as a position, and the PARTNER record of every link of either kind.

    Best for a page first, then best for a cart, then by the lower partner.
    """
    width = max(len(baskets.product), 1)
    cart_keys, page_keys = (links.own * width + links.partner for links in (carts, pages))
    keys = np.union1d(cart_keys, page_keys)
    records = np.zeros(len(keys), PARTNER)
    own, partner = np.divmod(keys, width)
    records["product"] = baskets.product[partner]
    for field, links, of_links in (("page_score", pages, page_keys), ("score", carts, cart_keys)):
        places = np.searchsorted(keys, of_links)
        records[field][places] = links.score
        records["orders"][places] = links.orders
    ranked = np.lexsort((-records["score"], -records["page_score"], own))  # stable: keys ascend by partner
    return own[ranked], records[ranked]


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
    records["cart_score"] = histories.cart_score
    records["next_score"] = histories.next_score
    return records
