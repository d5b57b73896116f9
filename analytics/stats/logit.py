"""Fit what makes one candidate be chosen over the others it stands beside.

McFadden's conditional logit (1974): of the candidates of a question, one is chosen with a probability
proportional to exp(weights · figures). What is the same for all candidates of a question drops out.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analytics.stats.evidence import Floats
from analytics.stats.sales import Ints

RIDGE = 1e-3
MAX_ITERATIONS = 60


def fit_choice(
    *, figures: npt.NDArray[np.float32], question: Ints, is_right: npt.NDArray[np.bool_]
) -> Floats:
    """Return the weights, (n_figures,), that make the right candidates most likely.

    figures: (n, n_figures); question: (n,) ascending; is_right: (n,). Where several are right each takes an
    equal share; questions without a right candidate teach nothing. Weights are held near 0 by a ridge on
    standardised figures, so that a figure that never varies gets 0. No question: all 0.
    """
    right_counts = np.bincount(question, weights=is_right)
    taught = right_counts[question] > 0
    figures, question, is_right = figures[taught], question[taught], is_right[taught]
    if not len(question):
        return np.zeros(figures.shape[1])
    spread = figures.std(axis=0, dtype=np.float64)
    spread[spread == 0] = np.inf
    scaled = ((figures - figures.mean(axis=0, dtype=np.float64)) / spread).astype(np.float32)
    starts = np.flatnonzero(np.diff(question, prepend=-1))
    group = np.cumsum(np.diff(question, prepend=-1) > 0) - 1
    share = (is_right / right_counts[question]).astype(np.float32)
    wanted = (share @ scaled).astype(np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = scaled @ weights.astype(np.float32)
        highest = np.maximum.reduceat(scores, starts)
        chances = np.exp(scores - highest[group])
        sums = np.add.reduceat(chances, starts)
        expected = ((chances / sums[group]) @ scaled).astype(np.float64)
        unlikely = float((np.log(sums) + highest).sum(dtype=np.float64) - wanted @ weights)
        gradient = (expected - wanted) / len(starts) + 2 * RIDGE * weights
        return unlikely / len(starts) + RIDGE * float(weights @ weights), gradient

    found = minimize(
        loss,
        np.zeros(scaled.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MAX_ITERATIONS},
    )
    weights: Floats = np.asarray(found.x, np.float64) / spread
    return weights
