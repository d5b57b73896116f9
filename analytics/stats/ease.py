"""EASE^R: links from a ridge regression of every product on all others, in closed form.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: with G = XᵀX + ridge·I and P = G⁻¹,
B = I - P · diag(1 / diag P); B_ij is what product i in a cart says for product j once all that others say is
taken out. It costs the cube of the number of products, so only the best sellers take part.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from analytics.stats.evidence import Floats
from analytics.stats.ranking import best_of_groups
from analytics.stats.recipe import Recipe
from analytics.stats.sales import Baskets, Ints
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class EaseLinks:
    """Links of the products that took part, ordered by product, then best first."""

    own: Ints  # (n,) product positions
    partner: Ints  # (n,)
    score: Floats  # (n,) > 0
    orders: Ints  # (n,) orders that hold both, at least `pair_min_orders`
    is_covered: npt.NDArray[np.bool_]  # (n_products,)


def can_use_ease(*, baskets: Baskets, settings: LearningSettings) -> bool:
    """Tell whether the products that may take part are nearly all that is sold."""
    counts = np.sort(np.bincount(baskets.cells, minlength=1))[::-1]
    covered = counts[: settings.ease_product_limit].sum()
    return bool(counts.sum() and covered >= settings.ease_min_coverage * counts.sum())


def find_ease_links(*, baskets: Baskets, settings: LearningSettings, recipe: Recipe, limit: int) -> EaseLinks:
    """Return the `limit` best links with weight > 0 of each of the `ease_product_limit` best sellers."""
    counts = np.bincount(baskets.cells, minlength=len(baskets.product))
    best = np.argsort(-counts, kind="stable")[: settings.ease_product_limit]
    chosen = np.sort(best[counts[best] >= settings.pair_min_orders])
    together, weighted = _gram_matrices(baskets, chosen, recipe)
    weights = _ridge_weights(weighted, recipe.ridge)
    np.copyto(weights, 0, where=together < settings.pair_min_orders)
    own, partner = np.nonzero(weights > 0)
    score = weights[own, partner].astype(np.float64)
    kept = best_of_groups(group=own, score=score, tie=partner, group_count=len(chosen), limit=limit)
    own, partner = own[kept], partner[kept]
    is_covered = np.zeros(len(baskets.product), np.bool_)
    is_covered[chosen] = True
    orders = together[own, partner].astype(np.int64)
    return EaseLinks(chosen[own], chosen[partner], score[kept], orders, is_covered)


def _gram_matrices(
    baskets: Baskets, chosen: Ints, recipe: Recipe
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the orders that hold both products, and their weights' sums, each (n_chosen, n_chosen)."""
    place = np.full(len(baskets.product), -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    columns = place[baskets.cells]
    inside = columns >= 0
    rows = baskets.cell_orders[inside]
    shape = (len(baskets.order), len(chosen))
    ones = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns[inside])), shape=shape)
    roots = np.sqrt(recipe.order_weights(baskets)[rows]).astype(np.float32)
    scaled = sparse.csr_array((roots, (rows, columns[inside])), shape=shape)
    return (ones.T @ ones).toarray(), (scaled.T @ scaled).toarray()


def _ridge_weights(gram: npt.NDArray[np.float32], ridge: float) -> npt.NDArray[np.float32]:
    """Return B, (n, n), with a diagonal of 0. The ridge is in orders of mean weight."""
    if not len(gram):
        return gram
    diagonal = np.diag_indices(len(gram))
    gram[diagonal] += max(ridge, 1e-3)
    inverse: npt.NDArray[np.float32] = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = -inverse / np.diag(inverse)[None, :]
    weights[diagonal] = 0
    return weights
