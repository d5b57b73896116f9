"""Links from products to their partners, scored by a recipe."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.stats.copurchase import Partners, find_partners
from analytics.stats.ease import find_ease_links
from analytics.stats.evidence import Floats
from analytics.stats.ranking import starts_of
from analytics.stats.recipe import Recipe
from analytics.stats.sales import Baskets, Ints, Progress, no_progress
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class Links:
    """Links by product, best first: those of product i are the rows starts[i] to starts[i + 1]."""

    starts: Ints  # (n_products + 1,)
    partner: Ints  # (n,) product positions
    score: Floats  # (n,) > 0
    orders: Ints  # (n,) orders that hold both
    counted: Partners  # the count behind them, whatever the recipe made of it

    @property
    def own(self) -> Ints:
        """Return the product of each link: (n,), ascending."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


class PairCounter(Protocol):
    """Counts pairs by a recipe: here, or in another place that knows more orders than these baskets."""

    def __call__(
        self, *, baskets: Baskets, settings: LearningSettings, recipe: Recipe, on_progress: Progress
    ) -> Partners:
        """Return the partners of the products of `baskets`."""


def count_here(
    *, baskets: Baskets, settings: LearningSettings, recipe: Recipe, on_progress: Progress
) -> Partners:
    """Count the pairs of these baskets in this process."""
    weights = recipe.order_weights(baskets)
    return find_partners(baskets=baskets, settings=settings, order_weights=weights, on_progress=on_progress)


def find_links(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    recipe: Recipe,
    limit: int,
    count: PairCounter = count_here,
    on_progress: Progress = no_progress,
) -> Links:
    """Return each product's `limit` best partners by the recipe.

    EASE^R knows only the products that sell most: the others get their partners by co-purchase, with scores
    brought to the same median.
    """
    partners = count(
        baskets=baskets,
        settings=recipe.settings(settings, limit=limit),
        recipe=recipe,
        on_progress=on_progress,
    )
    own, partner, score, orders = partners.own, partners.partner, partners.score, partners.orders
    if recipe.method == "ease":
        ease = find_ease_links(baskets=baskets, settings=settings, recipe=recipe, limit=limit)
        others = ~ease.is_covered[own]
        scale = np.median(ease.score) / np.median(score) if len(score) and len(ease.score) else 1.0
        own = np.concatenate([own[others], ease.own])
        partner = np.concatenate([partner[others], ease.partner])
        score = np.concatenate([score[others] * scale, ease.score])
        orders = np.concatenate([orders[others], ease.orders])
        order = np.argsort(own, kind="stable")
        own, partner, score, orders = own[order], partner[order], score[order], orders[order]
    return Links(
        starts=starts_of(own, group_count=len(baskets.product)),
        partner=partner,
        score=score**recipe.power,
        orders=orders,
        counted=partners,
    )
