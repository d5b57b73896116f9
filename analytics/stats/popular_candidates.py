"""Recent best sellers as candidates in addition to links."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.context_partners import NO_SHARED_CANDIDATES, CategoryBestSellers, SharedCandidates
from analytics.stats.ranking import best_of_groups, starts_of

# If there are too few links, this many best sellers fill up, with scores below those of all links.
FALLBACK_COUNT, FALLBACK_SCORE = 20, 1e-9


@dataclass(frozen=True, slots=True)
class ShopBestSellers:
    """Best sellers of the whole shop, best first."""

    product: Ints  # (m,) product positions
    share: Floats  # (m,) orders relative to those of the first one, 0 … 1

    def fallback(self, weight: float) -> SharedCandidates:
        """Return `shared(weight)`; without a weight the first few, ranked last, as in a placement."""
        if weight:
            return self.shared(weight)
        return SharedCandidates(self.product[:FALLBACK_COUNT], self.share[:FALLBACK_COUNT] * FALLBACK_SCORE)

    def shared(self, weight: float) -> SharedCandidates:
        """Return them as candidates of every context; `weight` is the score of the first one."""
        return SharedCandidates(self.product, self.share * weight) if weight else NO_SHARED_CANDIDATES


def find_shop_best_sellers(recent: Ints, *, limit: int) -> ShopBestSellers:
    """Return the products with most recent orders; recent: (n_products,) orders of the recent window."""
    ranked = np.argsort(-recent, kind="stable")[:limit]
    ranked = ranked[recent[ranked] > 0]
    return ShopBestSellers(ranked, recent[ranked] / max(int(recent.max(initial=0)), 1))


def find_category_best_sellers(recent: Ints, category: Ints) -> CategoryBestSellers:
    """Return the first few of each category, ranked above the shop's; category: (n_products,) ids."""
    names, position = np.unique(category, return_inverse=True)
    by_category = np.argsort(position, kind="stable")
    best = by_category[
        best_of_groups(
            group=position[by_category],
            score=recent[by_category],
            tie=by_category,
            group_count=len(names),
            limit=FALLBACK_COUNT,
        )
    ]
    best = best[recent[best] > 0]
    share = recent[best] / max(int(recent.max(initial=0)), 1)
    return CategoryBestSellers(
        position, starts_of(position[best], group_count=len(names)), best, FALLBACK_SCORE * (1 + share)
    )
