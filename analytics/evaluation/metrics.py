"""How good ordered answers are, and how sure we are of it.

- HitRate@k: the share of questions with at least one right product among the first k.
- NDCG@k: like it, but a right product counts 1 / log2(rank + 1), so that the first place is worth
  most; divided by the best that was possible (Järvelin & Kekäläinen 2002). 0 to 1.
- coverage@k: the share of the products seen in training that were answered at least once.
Questions about one basket are no independent observations: the standard error sums the residuals of
a basket first (the cluster-robust variance of a mean, Liang & Zeger 1986).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

import numpy as np
import numpy.typing as npt

from analytics.evaluation.questions import Question

DEPTH = 10
Answers = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its standard error; both None without a question, the error without two baskets."""

    mean: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """What one contender reached on one task."""

    hit_rate_5: Estimate
    hit_rate_10: Estimate
    ndcg_10: Estimate
    coverage_10: float


def score(questions: Sequence[Question], answers: Answers, *, product_count: int) -> Scores:
    """Return the scores of `answers`, one ordered list of products a question.

    `product_count` is the number of products seen in training.
    """
    baskets = np.array([question.basket for question in questions], np.int64)
    pairs = list(zip(questions, answers, strict=True))
    proposed = {product for answer in answers for product in answer[:DEPTH]}
    return Scores(
        hit_rate_5=estimate(np.array([hit(q.answers, a, 5) for q, a in pairs]), baskets),
        hit_rate_10=estimate(np.array([hit(q.answers, a, DEPTH) for q, a in pairs]), baskets),
        ndcg_10=estimate(np.array([ndcg(q.answers, a, DEPTH) for q, a in pairs]), baskets),
        coverage_10=len(proposed) / product_count if product_count else 0.0,
    )


def hit(right: frozenset[int], answer: Sequence[int], k: int) -> float:
    """Return 1.0 where one of the first `k` is right, else 0.0."""
    return float(not right.isdisjoint(answer[:k]))


def ndcg(right: frozenset[int], answer: Sequence[int], k: int) -> float:
    """Return the normalised discounted cumulative gain of the first `k`, 0 to 1; 0 where nothing is right."""
    gain = sum(1 / log2(rank + 1) for rank, product in enumerate(answer[:k], 1) if product in right)
    best = sum(1 / log2(rank + 1) for rank in range(1, min(k, len(right)) + 1))
    return gain / best if best else 0.0


def estimate(values: npt.NDArray[np.float64], clusters: npt.NDArray[np.int64]) -> Estimate:
    """Return the mean of `values` (n,) and its standard error, clustered by `clusters` (n,)."""
    if not len(values):
        return Estimate(None, None)
    mean = float(values.mean())
    _names, index = np.unique(clusters, return_inverse=True)
    sums = np.bincount(index, weights=values - mean)
    count = len(sums)
    if count < 2:  # noqa: PLR2004 (one basket says nothing of the spread)
        return Estimate(mean, None)
    variance = float((sums**2).sum()) * count / (count - 1) / len(values) ** 2
    return Estimate(mean, sqrt(variance))
