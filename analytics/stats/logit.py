"""Fit the weights of a conditional logit (McFadden 1974): why one candidate is chosen from several.

A candidate is chosen with a probability proportional to exp(weights · features). Features that are the same
for all candidates of a question have no effect.

Newton's method converges to the same weights regardless of its path. Sums use numpy's einsum, which always
adds in the same order; BLAS adds in a different order for each number of threads.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.rounding import rounded

RIDGE = 1e-3
MAX_STEPS = 40
# Stop when the expected improvement of a step is smaller: the remaining error is far below the rounding.
TOLERANCE = 1e-8
# Candidates processed at a time, so that they stay in the processor's cache.
BLOCK = 8192

Features = npt.NDArray[np.float32]


def fit_choice(*, features: Features, question: Ints, is_chosen: Flags) -> Floats:
    """Return the weights, (n_features,), that make the chosen candidates most likely.

    features: (n, n_features); question: (n,) ascending; is_chosen: (n,). Several chosen candidates of a
    question share its weight equally; questions without one are ignored. A ridge on standardised features
    keeps weights near 0; a feature without variation gets 0. Without questions, all weights are 0.
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
    """The negative log-likelihood and its derivatives with respect to the weights."""

    loss: float  # mean over questions
    gradient: Floats  # (n_features,)
    hessian: Floats  # (n_features, n_features)


@dataclass(frozen=True, slots=True)
class _Choices:
    """Standardised candidates by question, and the summed features of the chosen ones."""

    features: Features  # (n_features, n)
    starts: Ints  # (n_questions + 1,) the candidates of question q are starts[q]:starts[q + 1]
    blocks: Ints  # (n_blocks + 1,) the questions of block k are blocks[k]:blocks[k + 1]
    chosen_sum: Floats  # (n_features,)

    @classmethod
    def of(cls, features: Features, question: Ints, share: npt.NDArray[np.float32]) -> "_Choices":
        starts = np.append(np.flatnonzero(np.diff(question, prepend=-1)), len(question))
        # A block starts with the first question at or after each multiple of BLOCK candidates.
        begins = np.searchsorted(starts[:-1], np.arange(0, len(question), BLOCK))
        blocks = np.unique(np.append(begins, len(starts) - 1))
        chosen = np.flatnonzero(share)
        chosen_sum = (features[:, chosen] * share[chosen]).sum(axis=1, dtype=np.float64)
        return cls(features, starts, blocks, chosen_sum)

    def fit(self, weights: Floats) -> _Objective:
        """Return the objective at these weights."""
        loss, gradient = -float((self.chosen_sum * weights).sum()), -self.chosen_sum
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
    """Return the weights of the highest likelihood: (n_features,)."""
    weights = np.zeros(len(choices.features))
    fit = choices.fit(weights)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(fit.hessian, fit.gradient)
        if (fit.gradient * step).sum() < TOLERANCE:
            return weights - step
        trial = choices.fit(weights - step)
        while trial.loss > fit.loss:
            step /= 2
            trial = choices.fit(weights - step)
        weights, fit = weights - step, trial
    return weights


def _block_objective(features: Features, starts: Ints, weights: Floats) -> _Objective:
    """Return the part of the objective that does not depend on the choices, summed over some questions.

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
