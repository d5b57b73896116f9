"""The best sellers of late as a decision knows them: a short list that stands beside whatever is bought."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.context_partners import NO_SHARED_CANDIDATES, CategoryBestSellers, SharedCandidates
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints

# Where links are too few, best sellers fill the rest: so many of them, below whatever a link says.
FALLBACK_COUNT, FALLBACK = 20, 1e-9


@dataclass(frozen=True, slots=True)
class ShopBestSellers:
    """Best sellers of the whole shop, best first."""

    product: Ints  # (m,) product positions
    share: Floats  # (m,) of the first one's orders, 0 … 1

    def fallback(self, weight: float) -> SharedCandidates:
        """Return the same; with no weight the first few behind everything else, as a placement fills up."""
        if weight:
            return self.shared(weight)
        return SharedCandidates(self.product[:FALLBACK_COUNT], self.share[:FALLBACK_COUNT] * FALLBACK)

    def shared(self, weight: float) -> SharedCandidates:
        """Return them as products that every context leads to, the best one with this score."""
        return SharedCandidates(self.product, self.share * weight) if weight else NO_SHARED_CANDIDATES


def find_shop_best_sellers(recent: Ints, *, limit: int) -> ShopBestSellers:
    """Return those that sold most of late; recent: (n_products,) orders of the recent window."""
    ranked = np.argsort(-recent, kind="stable")[:limit]
    ranked = ranked[recent[ranked] > 0]
    return ShopBestSellers(ranked, recent[ranked] / max(int(recent.max(initial=0)), 1))


def find_category_best_sellers(recent: Ints, category: Ints) -> CategoryBestSellers:
    """Return the first few of each category, above the shop's own fallback; category: (n_products,) ids."""
    names, category = np.unique(category, return_inverse=True)
    by_category = np.argsort(category, kind="stable")
    best = by_category[
        best_of_groups(
            group=category[by_category],
            score=recent[by_category],
            tie=by_category,
            group_count=len(names),
            limit=FALLBACK_COUNT,
        )
    ]
    best = best[recent[best] > 0]
    share = recent[best] / max(int(recent.max(initial=0)), 1)
    return CategoryBestSellers(
        category, starts_of(category[best], group_count=len(names)), best, FALLBACK * (1 + share)
    )
