"""Links from products to their partners, scored with given parameters."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.copurchase import PartnerLists, find_partners
from analytics.stats.ease import EaseLinks, Regression
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Baskets, Progress, no_progress
from analytics.stats.settings import LearningSettings

# For a mean of both methods, this many times the links to keep are taken from each.
MIXED_POOL = 5


@dataclass(frozen=True, slots=True)
class ScoredLinks:
    """Links by product, best first: those of product i are rows starts[i]:starts[i + 1]."""

    starts: Ints  # (n_products + 1,)
    partner: Ints  # (n,) product positions
    score: Floats  # (n,) > 0
    orders: Ints  # (n,) orders that contain both
    counted: PartnerLists  # the counted partners that the links are based on

    @property
    def typical_score(self) -> float:
        """Return the median score of the products' best links; 0 without links."""
        firsts = self.starts[:-1][np.diff(self.starts) > 0]
        return float(np.median(self.score[firsts])) if len(firsts) else 0.0

    @property
    def own(self) -> Ints:
        """Return the product of each link: (n,), ascending."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


class PairCounter(Protocol):
    """Count pairs: in this process, or elsewhere with more orders than these baskets."""

    def __call__(
        self,
        *,
        baskets: Baskets,
        settings: LearningSettings,
        parameters: LinkParameters,
        on_progress: Progress,
    ) -> PartnerLists:
        """Return the partners of the products of `baskets`."""


class Regress(Protocol):
    """Find the links of a regression: once, or with what earlier calls have calculated."""

    def __call__(self, parameters: LinkParameters, *, limit: int) -> EaseLinks:
        """Return the `limit` best links of each product that takes part."""


def count_locally(
    *, baskets: Baskets, settings: LearningSettings, parameters: LinkParameters, on_progress: Progress
) -> PartnerLists:
    """Return the partners, counted from these baskets in this process."""
    weights = parameters.order_weights(baskets)
    return find_partners(baskets=baskets, settings=settings, order_weights=weights, on_progress=on_progress)


def find_links(
    *,
    baskets: Baskets,
    settings: LearningSettings,
    parameters: LinkParameters,
    limit: int,
    count: PairCounter = count_locally,
    regress: Regress | None = None,
    on_progress: Progress = no_progress,
) -> ScoredLinks:
    """Return the `limit · breadth` best partners of each product.

    EASE^R covers only the best sellers. Other products get their partners by co-purchase, with scores scaled
    to the same median.
    """
    regress = regress or Regression(baskets=baskets, settings=settings).links
    limit = round(limit * parameters.breadth)
    # The mean of two scores may rank high what neither ranks among its first.
    pool = limit * MIXED_POOL if parameters.method == "both" else limit
    partners = count(
        baskets=baskets,
        settings=parameters.settings(settings, limit=pool),
        parameters=parameters,
        on_progress=on_progress,
    )
    own, partner, score, orders = partners.own, partners.partner, partners.score, partners.orders
    if parameters.method == "ease":
        own, partner, score, orders = _replaced(partners, regress(parameters, limit=limit))
    if parameters.method == "both":
        ease = regress(parameters, limit=pool)
        own, partner, score, orders = _mix(partners, ease, parameters.ease_share, limit)
    return ScoredLinks(
        starts=starts_of(own, group_count=len(baskets.product)),
        partner=partner,
        score=score**parameters.power,
        orders=orders,
        counted=partners,
    )


def _replaced(partners: PartnerLists, ease: EaseLinks) -> tuple[Ints, Ints, Floats, Ints]:
    """Return own, partner, score and orders of EASE^R, and of the partners of products without it.

    The scores of the partners are scaled to the median of EASE^R.
    """
    others = ~ease.is_covered[partners.own]
    is_any = len(partners.score) and len(ease.score)
    scale = np.median(ease.score) / np.median(partners.score) if is_any else 1.0
    own = np.concatenate([partners.own[others], ease.own])
    partner = np.concatenate([partners.partner[others], ease.partner])
    score = np.concatenate([partners.score[others] * scale, ease.score])
    orders = np.concatenate([partners.orders[others], ease.orders])
    order = np.argsort(own, kind="stable")
    return own[order], partner[order], score[order], orders[order]


def _mix(
    partners: PartnerLists, ease: EaseLinks, share: float, limit: int
) -> tuple[Ints, Ints, Floats, Ints]:
    """Return own, partner, score and orders of the `limit` best links by the weighted mean of both scores.

    Each score is divided by its median; `share`, 0 … 1, is the weight of EASE^R. Products without EASE^R keep
    their co-purchase score. By product, best first; ties by the lower partner.
    """
    width = max(len(ease.is_covered), 1)
    co_keys, ease_keys = partners.own * width + partners.partner, ease.own * width + ease.partner
    # Both are nearly sorted, which a stable sort uses.
    keys = np.sort(np.concatenate([co_keys, ease_keys]), kind="stable")
    keys = keys[np.diff(keys, prepend=-1) > 0]
    of_co, of_ease = np.searchsorted(keys, co_keys), np.searchsorted(keys, ease_keys)
    score, orders = np.zeros(len(keys)), np.zeros(len(keys), np.int64)
    orders[of_co], orders[of_ease] = partners.orders, ease.orders
    if len(co_keys):
        co_share = np.where(ease.is_covered[partners.own], 1.0 - share, 1.0)
        score[of_co] += co_share * partners.score / np.median(partners.score)
    if len(ease_keys):
        score[of_ease] += share * ease.score / np.median(ease.score)
    own, partner = np.divmod(keys, width)
    best = best_of_groups(group=own, score=score, tie=partner, group_count=width, limit=limit)
    return own[best], partner[best], score[best], orders[best]
