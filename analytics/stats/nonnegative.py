"""Ridge regressions of each product on a few others, without negative weights, many at a time.

SLIM (Ning & Karypis, ICDM 2011) without its L1 part: sparsity comes from the candidates. Solved by coordinate
descent: each weight in turn is set to its optimum, given the others. Without negative weights, a product can
keep its best few partners and drop the rest.
"""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Ints

Weights = npt.NDArray[np.float32]

# Regressions per array operation, so that their matrices stay in the processor's cache.
BLOCK = 64
SWEEPS = 12
TOLERANCE = np.float32(3e-4)


class DescentProblem(NamedTuple):
    """The regressions of k products on m candidates each."""

    gram: Weights  # (n, n) summed weights of the orders that contain both
    candidates: Ints  # (k, m) any product where there is none
    missing: Weights  # (k, m) what no weight explains: of candidates and product; -inf for no candidate
    weights: Weights  # (m, k) start values, to be set
    ridge: np.float32


class Descent(Protocol):
    """Sets each weight in turn to its optimum, given the others, until no weight moves by the tolerance."""

    def __call__(self, problem: DescentProblem, *, sweeps: int, tolerance: np.float32) -> None:
        """Set the weights in place, in `sweeps` sweeps at most."""


def descend(problem: DescentProblem, *, sweeps: int, tolerance: np.float32) -> None:
    """Descend with one array operation for a candidate of all products."""
    gram, known, missing, weights, ridge = problem
    # By candidate, then by product, so that each step reads and writes whole rows.
    together = np.ascontiguousarray(gram[known[:, :, None], known[:, None, :]].transpose(1, 0, 2))
    own = np.diagonal(together, axis1=0, axis2=2).T
    scale = np.float32(1) / (own + ridge)
    for both, start in zip(together, weights, strict=True):
        missing -= both * start[:, None]
    for _ in range(sweeps):
        moved = np.float32(0)
        for place in range(len(weights)):
            best = np.maximum((missing[:, place] + own[place] * weights[place]) * scale[place], 0)
            step = best - weights[place]
            if step.any():
                weights[place] = best
                missing -= together[place] * step[:, None]
                moved = max(moved, np.abs(step).max())
        if moved < tolerance:
            break


def fit_nonnegative(
    *,
    gram: Weights,
    candidates: Ints,
    start: Weights,
    ridge: float,
    sweeps: int = SWEEPS,
    descent: Descent = descend,
) -> Weights:
    """Return the weight of each candidate in the prediction of each product: (n, m), ≥ 0, 0 for no candidate.

    gram: (n, n), summed weights of the orders that contain both; candidates: (n, m) the predictors of each
    product, -1 for none; start: (n, m) start values ≥ 0; ridge > 0, in the unit of `gram`;
    sweeps: how often each weight is set at most; descent: how, with the same result.
    """
    weights = np.zeros(candidates.shape, np.float32)
    places = np.arange(candidates.shape[1]) + 1
    widths = np.where(candidates >= 0, places, 0).max(axis=1, initial=0)
    # Products with as many candidates in one block, so that hardly any place is empty.
    ranked = np.argsort(widths, kind="stable")
    for first in range(0, len(candidates), BLOCK):
        rows = ranked[first : first + BLOCK]
        width = widths[rows].max()
        problem = _problem_of(gram, rows, candidates[rows, :width], start[rows, :width], np.float32(ridge))
        descent(problem, sweeps=sweeps, tolerance=TOLERANCE)
        weights[rows, :width] = problem.weights.T
    return weights


def _problem_of(
    gram: Weights, products: Ints, candidates: Ints, start: Weights, ridge: np.float32
) -> DescentProblem:
    is_none = candidates < 0
    known = np.where(is_none, 0, candidates)
    missing = np.where(is_none, -np.float32(np.inf), gram[known, products[:, None]])
    return DescentProblem(gram, known, missing, np.where(is_none, np.float32(0), start).T.copy(), ridge)
