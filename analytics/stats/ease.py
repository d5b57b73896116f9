"""Links from a regression of each product on others, so that a link does not repeat what other links say.

EASE^R (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019) uses all products, in closed
form. Here each product is regressed on its CANDIDATES nearest products, without negative weights
(`nonnegative`), and again on the partners that are kept: these few then replace thousands of small weights.
The method needs a dense matrix of all pairs, so only the best sellers take part.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from scipy import sparse

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.engines import descent_of
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.nonnegative import Weights, fit_nonnegative
from analytics.stats.ranking import best_of_groups, ranks_in_groups
from analytics.stats.sales import Baskets
from analytics.stats.settings import LearningSettings

# Nearest by cosine. Twice as many predicted no better in two of three synthetic gift shops.
CANDIDATES = 64
# How orders count for this choice, whatever they count in the regression.
NEAREST = LinkParameters(method="ease", size_exponent=0.5)
# Sweeps to select the partners to keep; their weights are then fitted until they no longer change.
SELECTING = 4


@dataclass(frozen=True, slots=True)
class EaseLinks:
    """Links of the products that take part, by product, then by descending score."""

    own: Ints  # (n,) product positions
    partner: Ints  # (n,)
    score: Floats  # (n,) > 0
    orders: Ints  # (n,) orders that contain both, at minimum `pair_min_orders`
    is_covered: Flags  # (n_products,) whether the product takes part


def can_use_ease(*, baskets: Baskets, settings: LearningSettings) -> bool:
    """Return whether the products that may take part make up nearly all sales."""
    counts = np.sort(np.bincount(baskets.cells, minlength=1))[::-1]
    covered = counts[: settings.ease_product_limit].sum()
    return bool(counts.sum() and covered >= settings.ease_min_coverage * counts.sum())


class Regression:
    """Regressions over the same orders; what several of them have in common is calculated once."""

    def __init__(self, *, baskets: Baskets, settings: LearningSettings) -> None:
        self._baskets = baskets
        self._settings = settings
        self._weighted: tuple[tuple[float, float], Weights] | None = None
        self._found: tuple[tuple[float, float, float, int], EaseLinks] | None = None

    def links(self, parameters: LinkParameters, *, limit: int) -> EaseLinks:
        """Return the `limit` best links with weight > 0 of each of the `ease_product_limit` best sellers."""
        key = parameters.ridge, parameters.size_exponent, parameters.half_life_days, limit
        if self._found is None or self._found[0] != key:
            self._found = key, self._regress(parameters, limit)
        return self._found[1]

    def _regress(self, parameters: LinkParameters, limit: int) -> EaseLinks:
        gram, candidates = self._gram_of(parameters), self._candidates
        ridge = max(parameters.ridge, 1e-3)
        fit = partial(
            fit_nonnegative, gram=gram, ridge=ridge, descent=descent_of(self._settings.engine, len(gram))
        )
        weights = fit(candidates=candidates, start=np.zeros(candidates.shape, np.float32), sweeps=SELECTING)
        own, partner, score = _best_links(candidates, weights, limit)
        candidates, start = _by_partner(own, partner, score, len(gram))
        weights = fit(candidates=candidates, start=start)
        own, partner, score = _best_links(candidates, weights, limit)
        is_covered = np.zeros(len(self._baskets.product), np.bool_)
        is_covered[self._chosen] = True
        orders = self._together[own, partner].astype(np.int64)
        chosen = self._chosen
        return EaseLinks(chosen[own], chosen[partner], score.astype(np.float64), orders, is_covered)

    def _gram_of(self, parameters: LinkParameters) -> Weights:
        """Return the summed weight of the orders that contain both, (n_chosen, n_chosen)."""
        key = parameters.size_exponent, parameters.half_life_days
        if not any(key):
            return self._together
        if self._weighted is None or self._weighted[0] != key:
            self._weighted = None  # first free its memory
            self._weighted = key, self._gram(np.sqrt(parameters.order_weights(self._baskets)))
        return self._weighted[1]

    @cached_property
    def _candidates(self) -> Ints:
        """Return the candidates of each product: the same for all constants."""
        gram = self._gram_of(NEAREST)
        return _nearest(self._together, gram, minimum=self._settings.pair_min_orders)

    @cached_property
    def _chosen(self) -> Ints:
        """Return the products that take part: the best sellers, ascending."""
        counts = np.bincount(self._baskets.cells, minlength=len(self._baskets.product))
        best = np.argsort(-counts, kind="stable")[: self._settings.ease_product_limit]
        return np.sort(best[counts[best] >= self._settings.pair_min_orders])

    @cached_property
    def _together(self) -> Weights:
        """Return the number of orders that contain both, (n_chosen, n_chosen)."""
        return self._gram(np.ones(len(self._baskets.order)))

    def _gram(self, roots: Floats) -> Weights:
        """Return the summed squares of `roots`, (n_orders,), over the orders that contain both."""
        place = np.full(len(self._baskets.product), -1, np.int64)
        place[self._chosen] = np.arange(len(self._chosen))
        columns = place[self._baskets.cells]
        inside = columns >= 0
        rows = self._baskets.cell_orders[inside]
        shape = (len(self._baskets.order), len(self._chosen))
        values = roots[rows].astype(np.float32)
        held = sparse.csr_array((values, (rows, columns[inside])), shape=shape)
        gram: Weights = (held.T @ held).toarray()
        return gram


def _nearest(together: Weights, gram: Weights, *, minimum: int) -> Ints:
    """Return the CANDIDATES products with the highest cosine to each, ascending: (n, m), -1 for none.

    Ties by the lower product.
    """
    count = min(CANDIDATES, len(gram))
    if not count:
        return np.empty((0, 0), np.int64)
    lengths = np.sqrt(np.maximum(np.diag(gram), np.finfo(np.float32).tiny))
    cosine = gram / lengths[None, :]  # dividing by the product's own length would not change its ranking
    cosine[together < minimum] = 0
    np.fill_diagonal(cosine, 0)
    floor = np.partition(cosine, len(gram) - count, axis=1)[:, len(gram) - count]
    is_near = (cosine >= floor[:, None]) & (cosine > 0)
    surplus = is_near.sum(axis=1) - count
    for row in np.flatnonzero(surplus > 0):
        is_near[row, np.flatnonzero(cosine[row] == floor[row])[-surplus[row] :]] = False
    product, candidate = np.nonzero(is_near)
    nearest = np.full((len(gram), count), -1)
    nearest[product, ranks_in_groups(product, group_count=len(gram))] = candidate
    return nearest


def _best_links(candidates: Ints, weights: Weights, limit: int) -> tuple[Ints, Ints, Weights]:
    """Return own, partner and weight of the `limit` best links of each product, by product, best first.

    A row of `candidates` contains the predictors of one product; in a link, that product is the partner.
    """
    partner, place = np.nonzero(weights > 0)
    own, score = candidates[partner, place], weights[partner, place]
    by_own = np.argsort(own, kind="stable")
    own, partner, score = own[by_own], partner[by_own], score[by_own]
    best = best_of_groups(group=own, score=score, tie=partner, group_count=len(candidates), limit=limit)
    return own[best], partner[best], score[best]


def _by_partner(own: Ints, partner: Ints, score: Weights, count: int) -> tuple[Ints, Weights]:
    """Return the predictors of each partner and their weights, each (count, n_most), -1 and 0 for none."""
    ranked = np.lexsort((own, partner))
    own, partner, score = own[ranked], partner[ranked], score[ranked]
    places = ranks_in_groups(partner, group_count=count)
    candidates = np.full((count, int(places.max(initial=-1)) + 1), -1, np.int64)
    weights = np.zeros(candidates.shape, np.float32)
    candidates[partner, places], weights[partner, places] = own, score
    return candidates, weights
