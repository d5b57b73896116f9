"""Recent best sellers of the whole shop and of each category."""

import math
from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Ints
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import DAY_US, Baskets, Sales, positions_of
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class BestSellers:
    """Lists of products by number of orders; list i is product[starts[i]:starts[i + 1]]."""

    category: Ints  # (m,) ids, ascending; 0 is the whole shop
    starts: Ints  # (m + 1,)
    product: Ints  # (n,) ids, best first within each list; ties by the lower id
    orders: Ints  # (n,) orders in the window that contain it


def find_best_sellers(*, baskets: Baskets, sales: Sales, settings: LearningSettings) -> BestSellers:
    """Return the best sellers of the window up to the newest order, at most `popular_limit` per list.

    The window covers `popular_days` and is extended until it contains enough orders (`popular_min_orders` and
    `popular_min_share` of all orders, or all orders if there are fewer), so that a single late order does not
    empty the lists. The list of a category includes its subcategories. Categories without sales have no list.
    """
    counts = recent_counts(baskets, settings)
    sold = np.flatnonzero(counts)
    groups, products = _memberships(sold, sales=sales)
    by_group = np.argsort(groups, kind="stable")
    groups, products = groups[by_group], products[by_group]
    category, group = np.unique(groups, return_inverse=True)
    best = best_of_groups(
        group=group,
        score=counts[products],
        tie=products,
        group_count=len(category),
        limit=settings.popular_limit,
    )
    return BestSellers(
        category=category,
        starts=starts_of(group[best], group_count=len(category)),
        product=baskets.product[products[best]],
        orders=counts[products[best]],
    )


def recent_counts(baskets: Baskets, settings: LearningSettings) -> Ints:
    """Return the number of orders in the window that contain each product: (n_products,)."""
    is_recent = baskets.placed_us >= _window_start_us(baskets.placed_us, settings)
    return np.bincount(
        baskets.cells[np.repeat(is_recent, baskets.sizes)], minlength=len(baskets.product)
    ).astype(np.int64)


def _window_start_us(placed_us: Ints, settings: LearningSettings) -> int:
    """Return the start of the window; orders of the same time are not separated; 0 without orders."""
    if not len(placed_us):
        return 0
    enough = max(1, settings.popular_min_orders, math.ceil(settings.popular_min_share * len(placed_us)))
    oldest_needed = max(len(placed_us) - enough, 0)
    after_us = (
        placed_us.max() - settings.popular_days * DAY_US
    )  # excluded: the window is half-open at its start
    return int(min(after_us + 1, np.partition(placed_us, oldest_needed)[oldest_needed]))


def _memberships(sold: Ints, *, sales: Sales) -> tuple[Ints, Ints]:
    """Return (category id, product position) for each product's category and its ancestors, and for 0."""
    by_product = np.argsort(sales.product)
    by_category = np.argsort(sales.category)
    categories, parents = sales.category[by_category], sales.category_parent[by_category]
    groups, members = [np.zeros(len(sold), np.int64)], [sold]
    here, position = sales.product_category[by_product][sold], sold
    # A tree of n categories is at most n deep, so the loop ends even if damaged data contain a cycle.
    for _ in range(len(categories)):
        place, is_known = positions_of(here, among=categories)
        here, position, place = here[is_known], position[is_known], place[is_known]
        if not len(here):
            break
        groups.append(here)
        members.append(position)
        here = parents[place]
    return np.concatenate(groups), np.concatenate(members)
