"""Fit what makes one candidate be chosen over the others it stands beside.

McFadden's conditional logit (1974): of the candidates of a question, one is chosen with a probability
proportional to exp(weights · features). What is the same for all candidates of a question drops out.

Newton's method, which ends at the same weights wherever it passes. Sums are added up in one order, by numpy's
einsum: a linear algebra library adds up in another order with each number of threads.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.rounding import rounded
from analytics.stats.sales import Ints

RIDGE = 1e-3
MAX_STEPS = 40
# A step that promises less is the last one: what it leaves open is far below the rounding.
TOLERANCE = 1e-8
# Candidates that are worked on at a time: they stay in the processor's cache.
BLOCK = 8192

Features = npt.NDArray[np.float32]


def fit_choice(*, features: Features, question: Ints, is_chosen: npt.NDArray[np.bool_]) -> Floats:
    """Return the weights, (n_features,), that make the chosen candidates most likely.

    features: (n, n_features); question: (n,) ascending; is_chosen: (n,). Several chosen ones take an
    equal share; questions without a chosen candidate teach nothing. Weights are held near 0 by a ridge on
    standardised features, so that a feature that never varies gets 0. No question: all 0.
    """
    chosen_counts = np.bincount(question, weights=is_chosen)
    is_used = chosen_counts[question] > 0
    features, question, is_chosen = features[is_used], question[is_used], is_chosen[is_used]
    if not len(question):
        return np.zeros(features.shape[1])
    spread = features.std(axis=0, dtype=np.float64)
    spread[spread == 0] = np.inf
    scaled = ((features - features.mean(axis=0, dtype=np.float64)) / spread).astype(np.float32)
    share = (is_chosen / chosen_counts[question]).astype(np.float32)
    weights = _maximize_likelihood(_Choices.of(np.ascontiguousarray(scaled.T), question, share))
    return np.array([rounded(weight) for weight in weights / spread])


class _Objective(NamedTuple):
    """How unlikely the chosen candidates are, and how that changes with the weights."""

    loss: float  # of a question
    gradient: Floats  # (n_features,)
    hessian: Floats  # (n_features, n_features)


@dataclass(frozen=True, slots=True)
class _Choices:
    """Standardised candidates by question, and the features of the chosen ones."""

    features: Features  # (n_features, n)
    starts: Ints  # (n_questions + 1,) the candidates of question q are starts[q]:starts[q + 1]
    blocks: Ints  # (n_blocks + 1,) the questions of block k are blocks[k]:blocks[k + 1]
    wanted: Floats  # (n_features,)

    @classmethod
    def of(cls, features: Features, question: Ints, share: npt.NDArray[np.float32]) -> "_Choices":
        starts = np.append(np.flatnonzero(np.diff(question, prepend=-1)), len(question))
        # A block begins with the first question that begins behind so many candidates.
        begins = np.searchsorted(starts[:-1], np.arange(0, len(question), BLOCK))
        blocks = np.unique(np.append(begins, len(starts) - 1))
        chosen = np.flatnonzero(share)
        wanted = (features[:, chosen] * share[chosen]).sum(axis=1, dtype=np.float64)
        return cls(features, starts, blocks, wanted)

    def fit(self, weights: Floats) -> _Objective:
        """Return how well these weights fit."""
        loss, gradient = -float((self.wanted * weights).sum()), -self.wanted
        hessian = np.zeros((len(weights), len(weights)))
        for first, last in pairwise(self.blocks):
            candidates = self.features[:, self.starts[first] : self.starts[last]]
            part = _block_objective(candidates, self.starts[first:last] - self.starts[first], weights)
            loss, gradient, hessian = loss + part.loss, gradient + part.gradient, hessian + part.hessian
        count = len(self.starts) - 1
        return _Objective(
            loss / count + RIDGE * float((weights**2).sum()),
            gradient / count + 2 * RIDGE * weights,
            hessian / count + 2 * RIDGE * np.eye(len(weights)),
        )


def _maximize_likelihood(choices: _Choices) -> Floats:
    """Return the weights that fit best: (n_features,)."""
    weights = np.zeros(len(choices.features))
    fit = choices.fit(weights)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(fit.hessian, fit.gradient)
        if (fit.gradient * step).sum() < TOLERANCE:
            return weights - step
        there = choices.fit(weights - step)
        while there.loss > fit.loss:
            step /= 2
            there = choices.fit(weights - step)
        weights, fit = weights - step, there
    return weights


def _block_objective(features: Features, starts: Ints, weights: Floats) -> _Objective:
    """Return the sums over some questions of all that does not depend on what is chosen.

    features: (n_features, m); starts: (k,) where the candidates of each question start, from 0.
    """
    sizes = np.diff(starts, append=features.shape[1])
    scores = np.einsum("fn,f->n", features, weights.astype(np.float32))
    highest = np.maximum.reduceat(scores, starts)
    probabilities = np.exp(scores - np.repeat(highest, sizes))
    sums = np.add.reduceat(probabilities, starts)
    weighted = features * (probabilities / np.repeat(sums, sizes))
    means = np.add.reduceat(weighted, starts, axis=1)
    hessian = np.zeros((len(features), len(features)))
    for row in range(len(features)):
        hessian[row, row:] = np.einsum("n,fn->f", weighted[row], features[row:])
        hessian[row, row:] -= np.einsum("q,fq->f", means[row], means[row:])
        hessian[row:, row] = hessian[row, row:]
    return _Objective(
        float((np.log(sums) + highest).sum(dtype=np.float64)), means.sum(axis=1, dtype=np.float64), hessian
    )
