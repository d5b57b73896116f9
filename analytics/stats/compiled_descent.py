"""The sweeps of `nonnegative` as compiled loops, product by product: the same operations on the same floats.

A weight that does not move, as most that are 0, costs one comparison instead of an array operation.
`NUMBA_CACHE_DIR` caches the compiled code.
"""

import numpy as np
from numba import njit

from analytics.stats.nonnegative import DescentProblem, Weights


def descend_compiled(problem: DescentProblem, *, sweeps: int, tolerance: np.float32) -> None:
    """Set the weights of the problem in place, as `nonnegative.descend` does, bit for bit."""
    _descend(problem, sweeps, tolerance)


@njit(cache=True, nogil=True)
def _descend(problem: DescentProblem, sweeps: int, tolerance: np.float32) -> None:
    _gram, _known, missing, weights, ridge = problem
    nothing, one = np.float32(0), np.float32(1)
    together = _gather(problem)
    for place in range(weights.shape[0]):
        for product in range(weights.shape[1]):
            _move(missing[product], together[place, product], weights[place, product])
    for _ in range(sweeps):
        moved = nothing
        for place in range(weights.shape[0]):
            for product in range(weights.shape[1]):
                own, before = together[place, product, place], weights[place, product]
                best = max((missing[product, place] + own * before) * (one / (own + ridge)), nothing)
                weights[place, product] = best
                _move(missing[product], together[place, product], best - before)
                moved = max(moved, abs(best - before))
        if moved < tolerance:
            break


@njit(cache=True, nogil=True)
def _gather(problem: DescentProblem) -> Weights:
    """Return the weights of the orders that contain both candidates of a product: (m, k, m)."""
    gram, known = problem.gram, problem.candidates
    product_count, candidate_count = known.shape
    together = np.empty((candidate_count, product_count, candidate_count), np.float32)
    for product in range(product_count):
        for place in range(candidate_count):
            row = gram[known[product, place]]
            for other in range(candidate_count):
                together[place, product, other] = row[known[product, other]]
    return together


@njit(cache=True, nogil=True)
def _move(missing: Weights, together: Weights, step: np.float32) -> None:
    """Take away what a step of one weight explains: (m,) each."""
    if step != np.float32(0):
        for other in range(len(missing)):
            missing[other] -= together[other] * step
