"""The best sellers of late as a decision knows them: a short list that stands beside whatever is bought."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.companions import NOTHING_ALWAYS, Always, Shelves
from analytics.stats.evidence import Floats
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints

# Where links are too few, best sellers fill the rest: so many of them, below whatever a link says.
FALLBACK_COUNT, FALLBACK = 20, 1e-9


@dataclass(frozen=True, slots=True)
class Sellers:
    """Best sellers of the whole shop, best first."""

    product: Ints  # (m,) product positions
    share: Floats  # (m,) of the first one's orders, 0 … 1

    def fallback(self, weight: float) -> Always:
        """Return the same; with no weight the first few behind everything else, as a placement fills up."""
        if weight:
            return self.always(weight)
        return Always(self.product[:FALLBACK_COUNT], self.share[:FALLBACK_COUNT] * FALLBACK)

    def always(self, weight: float) -> Always:
        """Return them as products that every context leads to, the best one with this score."""
        return Always(self.product, self.share * weight) if weight else NOTHING_ALWAYS


def find_sellers(recent: Ints, *, limit: int) -> Sellers:
    """Return those that sold most of late; recent: (n_products,) orders of the recent window."""
    ranked = np.argsort(-recent, kind="stable")[:limit]
    ranked = ranked[recent[ranked] > 0]
    return Sellers(ranked, recent[ranked] / max(int(recent.max(initial=0)), 1))


def find_shelves(recent: Ints, category: Ints) -> Shelves:
    """Return the first few of each category, above the shop's own fallback; category: (n_products,) ids."""
    names, shelf = np.unique(category, return_inverse=True)
    by_shelf = np.argsort(shelf, kind="stable")
    best = by_shelf[
        best_of_groups(
            group=shelf[by_shelf],
            score=recent[by_shelf],
            tie=by_shelf,
            group_count=len(names),
            limit=FALLBACK_COUNT,
        )
    ]
    best = best[recent[best] > 0]
    share = recent[best] / max(int(recent.max(initial=0)), 1)
    return Shelves(shelf, starts_of(shelf[best], group_count=len(names)), best, FALLBACK * (1 + share))
