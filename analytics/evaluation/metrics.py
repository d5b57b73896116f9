"""Ranking metrics and their standard errors.

- HitRate@k: the share of questions with at least one relevant product among the first k.
- NDCG@k: the same, but a relevant product counts 1 / log2(rank + 1), so that the first rank counts most;
  divided by the best possible value (Järvelin & Kekäläinen 2002, binary gains).
- Coverage@k: the share of the products in training that were among the first k at least once.

Questions about the same basket are not independent: the standard error sums the residuals within a basket
before squaring them (Liang & Zeger 1986, for a mean).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log2, sqrt

import numpy as np

from analytics.evaluation.questions import Question

FIRST_PAGE = 5
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its standard error; the mean needs a question, the error two baskets."""

    mean: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one contender for one kind of question; all figures are 0-1."""

    hit_rate_5: Estimate
    hit_rate_10: Estimate
    ndcg_10: Estimate
    coverage_10: float | None  # None without products in training


def score(questions: Sequence[Question], answers: Sequence[Sequence[int]], *, product_count: int) -> Scores:
    """Return the scores of `answers`, one ordered list of products for each question.

    `product_count` is the number of products in training.
    """
    baskets = [question.basket for question in questions]
    pairs = [(question.relevant, answer) for question, answer in zip(questions, answers, strict=True)]
    shown = {product for answer in answers for product in answer[:DEPTH]}
    return Scores(
        hit_rate_5=estimate([hit(relevant, answer, FIRST_PAGE) for relevant, answer in pairs], baskets),
        hit_rate_10=estimate([hit(relevant, answer, DEPTH) for relevant, answer in pairs], baskets),
        ndcg_10=estimate([ndcg(relevant, answer, DEPTH) for relevant, answer in pairs], baskets),
        coverage_10=len(shown) / product_count if product_count else None,
    )


def hit(relevant: Collection[int], answer: Sequence[int], k: int) -> float:
    """Return 1.0 if one of the first `k` products is relevant, else 0.0."""
    return float(any(product in relevant for product in answer[:k]))


def ndcg(relevant: Collection[int], answer: Sequence[int], k: int) -> float:
    """Return the normalised discounted cumulative gain of the first `k` products, 0-1.

    `relevant` are the distinct relevant products; the result is 0 if there are none.
    """
    gain = sum(_discount(rank) for rank, product in enumerate(answer[:k], 1) if product in relevant)
    best = sum(_discount(rank) for rank in range(1, min(k, len(relevant)) + 1))
    return gain / best if best else 0.0


def _discount(rank: int) -> float:
    """Return the gain of a relevant product at this rank, from 1."""
    return 1 / log2(rank + 1)


def estimate(values: Sequence[float], clusters: Sequence[int]) -> Estimate:
    """Return the mean of `values` (n,) and its standard error, clustered by `clusters` (n,).

    With G clusters and residuals e: sqrt(G / (G - 1) * sum over clusters of (sum of e)^2) / n. With one
    value per cluster this is the usual standard error of a mean.
    """
    if not values:
        return Estimate(None, None)
    mean = float(np.mean(values))
    _names, cluster = np.unique(clusters, return_inverse=True)
    sums = np.bincount(cluster, weights=np.asarray(values) - mean)
    if len(sums) == 1:
        return Estimate(mean, None)
    spread = float(np.square(sums).sum()) * len(sums) / (len(sums) - 1)
    return Estimate(mean, sqrt(spread) / len(values))
