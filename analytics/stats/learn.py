"""Everything that a recompute learns, from arrays to the records of a generation."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from msgspec import structs

from analytics.stats.arrays import Flags, Ints
from analytics.stats.fit import Fitted, fit_scoring
from analytics.stats.history import Histories, find_histories
from analytics.stats.holdout import newest_shown
from analytics.stats.kept_fit import KeptFit
from analytics.stats.links import PairCounter, ScoredLinks, count_locally, find_links
from analytics.stats.newcomers import learn_newcomers
from analytics.stats.popularity import BestSellers, find_best_sellers
from analytics.stats.quality import QuestionQuality
from analytics.stats.quantiles import sort_within_groups
from analytics.stats.sales import Baskets, Progress, Sales, no_progress, to_baskets
from analytics.stats.settings import LearningSettings
from engine.learned.generations import PARTNER, POPULAR, PURCHASE, GenerationData, Records
from engine.learned.scoring import Scoring
from engine.moments import EPOCH


@dataclass(frozen=True, slots=True)
class LearnedGeneration:
    """A generation to publish, counts of what was left out, and the quality of the fit."""

    data: GenerationData
    oversized_order_count: int  # too large for pair counting; they still count as sales and purchases
    oversized_pair_count: int  # pairs in them
    repeated_line_count: int  # further lines of a product in the same order
    quality: tuple[QuestionQuality, ...] = ()  # empty if nothing was fitted in this run
    kept_fit: KeptFit | None = None  # for the next run; None if there were too few orders to choose by


@dataclass(frozen=True, slots=True)
class _PublishedPartners:
    """The partners of each product as records, and totals of the counting."""

    product: Ints  # (n,) positions of products with partners, ascending
    product_orders: Ints  # (n,)
    starts: Ints  # (n + 1,)
    partners: Records  # PARTNER
    order_count: int
    pair_count: int
    oversized_order_count: int
    oversized_pair_count: int
    scoring: Scoring  # as fitted, with the scores of best sellers in units of these links


def learn(
    *,
    sales: Sales,
    settings: LearningSettings,
    kept_fit: KeptFit | None = None,
    count: PairCounter = count_locally,
    on_progress: Progress = no_progress,
) -> LearnedGeneration:
    """Fit the scores and learn with them; the same sales and the same kept fit give the same bytes.

    kept_fit: what an earlier run chose, used while it holds.
    """
    on_progress("index", 0, 1)
    baskets = to_baskets(sales)
    fitted = Fitted()
    if settings.is_fitted:
        on_progress("fit", 0, 1)
        kept_fit, fitted = _fit(sales, baskets, settings, kept_fit, on_progress)
    partners = _find_partners(
        baskets=baskets, settings=settings, fitted=fitted, count=count, on_progress=on_progress
    )
    on_progress("popularity", 0, 1)
    sellers = find_best_sellers(baskets=baskets, sales=sales, settings=settings)
    on_progress("histories", 0, 1)
    histories = find_histories(
        baskets=baskets, settings=settings, cart_habit=fitted.cart_habit, next_habit=fitted.next_habit
    )
    data = _generation(sales=sales, baskets=baskets, partners=partners, sellers=sellers, histories=histories)
    return LearnedGeneration(
        data,
        oversized_order_count=partners.oversized_order_count,
        oversized_pair_count=partners.oversized_pair_count,
        repeated_line_count=baskets.repeated_line_count,
        quality=fitted.quality,
        kept_fit=kept_fit if settings.is_fitted else None,
    )


def _fit(
    sales: Sales,
    baskets: Baskets,
    settings: LearningSettings,
    kept_fit: KeptFit | None,
    on_progress: Progress,
) -> tuple[KeptFit | None, Fitted]:
    """Return what the next run may keep, and the constants: those kept while they hold, else new ones."""
    has_traits = sales.traits is not None
    is_shown = sales.shown_among(baskets.product)
    if kept_fit is not None and kept_fit.holds_for(baskets, settings, has_traits=has_traits):
        return kept_fit, _with_newcomers(kept_fit.fitted, baskets, is_shown, sales, settings)
    fitted = fit_scoring(
        baskets=baskets,
        is_shown=is_shown,
        settings=settings,
        category=sales.product_category[np.argsort(sales.product)],
        traits=sales.traits,
        on_progress=on_progress,
    )
    is_chosen = any(row.basket_count for row in fitted.quality)
    kept_fit = KeptFit.of(fitted, baskets, settings, has_traits=has_traits) if is_chosen else None
    return kept_fit, _with_newcomers(fitted, baskets, is_shown, sales, settings)


def _with_newcomers(
    fitted: Fitted, baskets: Baskets, is_shown: Flags, sales: Sales, settings: LearningSettings
) -> Fitted:
    """Add what customers with each trait prefer, if that helps with first orders."""
    if sales.traits is None or not fitted.newcomer_weight:
        return fitted
    newcomers = learn_newcomers(
        baskets=newest_shown(baskets=baskets, is_shown=is_shown, settings=settings),
        traits=sales.traits,
        weight=fitted.newcomer_weight,
        settings=settings,
    )
    return replace(fitted, scoring=structs.replace(fitted.scoring, newcomers=newcomers))


def _generation(
    *,
    sales: Sales,
    baskets: Baskets,
    partners: _PublishedPartners,
    sellers: BestSellers,
    histories: Histories,
) -> GenerationData:
    """Return the data to publish."""
    return GenerationData(
        data_until=_newest(baskets),
        order_count=len(baskets.order),
        counted_order_count=partners.order_count,
        line_count=len(sales.line_order),
        pair_count=partners.pair_count,
        products=baskets.product[partners.product],
        product_orders=partners.product_orders,
        partner_starts=partners.starts,
        partners=partners.partners,
        categories=sellers.category,
        popular_starts=sellers.starts,
        popular=_popular_records(sellers),
        customers=histories.customer,
        purchase_starts=histories.starts,
        purchases=_purchase_records(histories),
        scoring=partners.scoring,
    )


def _find_partners(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    fitted: Fitted,
    count: PairCounter,
    on_progress: Progress,
) -> _PublishedPartners:
    """Return the partners for carts and for product pages."""
    on_progress("count", 0, len(baskets.product))
    carts = find_links(
        baskets=baskets,
        settings=settings,
        parameters=fitted.cart,
        limit=settings.partner_limit,
        count=count,
        on_progress=on_progress,
    )
    pages = find_links(
        baskets=baskets,
        settings=settings,
        parameters=fitted.page,
        limit=settings.page_partner_limit,
        count=count,
        on_progress=on_progress,
    )
    link_counts, partners = _partner_records(carts, pages, baskets)
    product = np.flatnonzero(link_counts)
    counted = carts.counted
    return _PublishedPartners(
        product=product,
        product_orders=counted.product_orders[product],
        starts=np.concatenate([[0], np.cumsum(link_counts[product])]),
        partners=partners,
        order_count=counted.order_count,
        pair_count=counted.pair_count,
        oversized_order_count=counted.oversized_order_count,
        oversized_pair_count=counted.oversized_pair_count,
        scoring=structs.replace(
            fitted.scoring,
            cart_popular=fitted.cart.popular * carts.typical_score,
            page_popular=fitted.page.popular * pages.typical_score,
        ),
    )


def _newest(baskets: Baskets) -> datetime | None:
    """Return the time of the newest order, None without orders."""
    if not len(baskets.order):
        return None
    return EPOCH + timedelta(microseconds=int(baskets.placed_us.max()))


def _partner_records(carts: ScoredLinks, pages: ScoredLinks, baskets: Baskets) -> tuple[Ints, Records]:
    """Return the number of partners of each product, (n_products,), and their PARTNER records.

    Partners for the page come first, then those only for carts, each in their own ranking.
    """
    width = max(len(baskets.product), 1)
    page_rows = _positions_in(carts.own * width + carts.partner, among=pages.own * width + pages.partner)
    is_shared = page_rows >= 0
    rest = np.flatnonzero(~is_shared)
    page_ends, rest_ends = pages.starts[1:], np.cumsum(np.bincount(carts.own[rest], minlength=width))
    rest_ends = rest_ends[: len(page_ends)]
    # Page partners follow the remaining ones of earlier products; cart partners also those of their own page.
    at_page = np.arange(len(pages.partner)) + (rest_ends - np.diff(rest_ends, prepend=0))[pages.own]
    at_cart = np.empty(len(carts.partner), np.int64)
    at_cart[is_shared] = at_page[page_rows[is_shared]]
    at_cart[rest] = np.arange(len(rest)) + page_ends[carts.own[rest]]
    records = np.zeros(len(at_page) + len(rest), PARTNER)
    for score, places, links in (("page_score", at_page, pages), ("score", at_cart, carts)):
        records["product"][places] = baskets.product[links.partner]
        records["orders"][places] = links.orders
        records[score][places] = links.score
    return np.diff(page_ends + rest_ends, prepend=0), records


def _positions_in(keys: Ints, *, among: Ints) -> Ints:
    """Return the position of each key in `among`, −1 if not found; both unsorted, without duplicates."""
    ordered, places = sort_within_groups(group=among, value=np.arange(len(among)))
    # Searching in sorted order keeps memory accesses close together.
    wanted, origin = sort_within_groups(group=keys, value=np.arange(len(keys)))
    found = np.full(len(keys), -1)
    if len(among):
        nearest = np.minimum(np.searchsorted(ordered, wanted), len(among) - 1)
        found[origin] = np.where(ordered[nearest] == wanted, places[nearest], -1)
    return found


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
