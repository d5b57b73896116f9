"""The partners of the products in question, counted once for many constants.

Of the constants of a score, only the weights of the orders change the counts. A pool keeps more partners of
each product than are needed, and other constants rank them again: exactly if they do not change the ranking
(`own_exponent`), else as long as none of the best comes from outside the pool.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.copurchase import find_partners
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.question_matrix import LinkTable
from analytics.stats.ranking import ranks_in_groups, starts_of
from analytics.stats.sales import Baskets
from analytics.stats.settings import LearningSettings

# A pool is counted with the nearest of these exponents, and keeps this many partners.
ANCHORS = (0.15, 0.6)
POOL_SIZE = 40


@dataclass(frozen=True, slots=True)
class _Pool:
    """The partners of k products, ascending; in surplus places the weight is 0."""

    product: Ints  # (k,) ascending
    sold: Ints  # (n_products,) counted orders that contain each product
    partner: npt.NDArray[np.int32]  # (k, POOL_SIZE)
    weight: Floats  # (k, POOL_SIZE) summed weights of the orders that contain both
    orders: npt.NDArray[np.int32]  # (k, POOL_SIZE)


class PartnerPool:
    """Count the partners of some products as often as the weights of orders change."""

    def __init__(self, *, baskets: Baskets, is_wanted: Flags, settings: LearningSettings) -> None:
        """is_wanted: (n_products,), the products whose links are needed."""
        self._baskets = baskets
        self._is_wanted = is_wanted
        self._settings = settings
        self._pools: dict[tuple[float, float, float], _Pool] = {}

    def links(self, parameters: LinkParameters, *, limit: int) -> LinkTable:
        """Return the links of the products in question by co-purchase, with scores of power 1."""
        pool = self._pool(parameters)
        damping = np.maximum(pool.sold, 1).astype(np.float64)
        score = pool.weight * (damping**-parameters.partner_exponent)[pool.partner]
        score[pool.orders < (parameters.pair_min_orders or self._settings.pair_min_orders)] = 0.0
        limit = round(limit * parameters.breadth)
        if limit < score.shape[1]:
            # The partners are ascending, so ties go to the lower one.
            best = np.argsort(-score, axis=1, kind="stable")[:, :limit]
            score, partner = np.take_along_axis(score, best, 1), np.take_along_axis(pool.partner, best, 1)
        else:
            partner = pool.partner
        score *= (damping**-parameters.own_exponent)[pool.product, None]
        is_link = score > 0
        counts = np.zeros(len(pool.sold), np.int64)
        counts[pool.product] = is_link.sum(axis=1)
        return LinkTable(np.concatenate([[0], np.cumsum(counts)]), partner[is_link], score[is_link])

    def _pool(self, parameters: LinkParameters) -> _Pool:
        anchor = min(ANCHORS, key=lambda one: abs(one - parameters.partner_exponent))
        key = anchor, parameters.size_exponent, parameters.half_life_days
        if key not in self._pools:
            self._pools[key] = self._count(anchor, parameters)
        return self._pools[key]

    def _count(self, anchor: float, parameters: LinkParameters) -> _Pool:
        counting = LinkParameters(partner_exponent=anchor, own_exponent=0.0, pair_min_orders=1)
        found = find_partners(
            baskets=self._baskets,
            settings=counting.settings(self._settings, limit=POOL_SIZE),
            order_weights=parameters.order_weights(self._baskets),
            is_wanted=self._is_wanted,
        )
        count = len(found.product_orders)
        keys = np.argsort(found.own * count + found.partner)
        own, partner = found.own[keys], found.partner[keys]
        product = np.flatnonzero(np.diff(starts_of(own, group_count=count)))
        row, place = np.searchsorted(product, own), ranks_in_groups(own, group_count=count)
        damping = np.maximum(found.product_orders, 1).astype(np.float64)
        pool = _Pool(
            product,
            found.product_orders,
            np.zeros((len(product), POOL_SIZE), np.int32),
            np.zeros((len(product), POOL_SIZE)),
            np.zeros((len(product), POOL_SIZE), np.int32),
        )
        pool.partner[row, place] = partner
        pool.weight[row, place] = found.score[keys] * damping[partner] ** anchor
        pool.orders[row, place] = found.orders[keys]
        return pool
