"""Fit the weights of a conditional logit (McFadden 1974): why one candidate is chosen from several.

A candidate is chosen with a probability proportional to exp(weights · features). Features that are the same
for all candidates of a question have no effect.

Newton's method converges to the same weights regardless of its path, so it begins where a part of the
questions has its maximum. Sums use numpy's einsum, which always adds in the same order; BLAS adds in a
different order for each number of threads.
"""

from dataclasses import dataclass
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
# One of so many blocks at a time: each part's maximum is where the next, larger part begins.
STRIDES = (64, 8, 1)

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
    standardised, spread = _standardised(features)
    share = (is_chosen / chosen_counts[question]).astype(np.float32)
    weights = _maximize_likelihood(_Choices.of(standardised, question, share))
    return np.array([rounded(weight) for weight in weights / spread])


def _standardised(features: Features) -> tuple[Features, Floats]:
    """Return the features with mean 0 and variance 1, (n_features, n), and by what they were divided.

    A feature without variation becomes 0.
    """
    rows = np.ascontiguousarray(features.T)
    # In place, because features take most of the memory; only the sums need double precision.
    rows -= rows.mean(axis=1, dtype=np.float64, keepdims=True).astype(np.float32)
    spread = np.sqrt(np.einsum("fn,fn->f", rows, rows, dtype=np.float64) / rows.shape[1])
    spread[spread == 0] = np.inf
    rows /= spread.astype(np.float32)[:, None]
    return rows, spread


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
    chosen_sums: Floats  # (n_features, n_blocks)

    @classmethod
    def of(cls, features: Features, question: Ints, share: npt.NDArray[np.float32]) -> "_Choices":
        starts = np.append(np.flatnonzero(np.diff(question, prepend=-1)), len(question))
        # A block starts with the first question at or after each multiple of BLOCK candidates.
        begins = np.searchsorted(starts[:-1], np.arange(0, len(question), BLOCK))
        blocks = np.unique(np.append(begins, len(starts) - 1))
        chosen = np.flatnonzero(share)
        # Each question has a chosen candidate, so each segment of `reduceat` is one block.
        first_chosen = np.searchsorted(chosen, starts[blocks[:-1]])
        chosen_features = (features[:, chosen] * share[chosen]).astype(np.float64)
        return cls(features, starts, blocks, np.add.reduceat(chosen_features, first_chosen, axis=1))

    @property
    def block_count(self) -> int:
        return len(self.blocks) - 1

    def fit(self, weights: Floats, stride: int) -> _Objective:
        """Return the objective of the questions in every `stride`-th block at these weights."""
        chosen_sum = self.chosen_sums[:, ::stride].sum(axis=1)
        loss, gradient, count = -float((chosen_sum * weights).sum()), -chosen_sum, 0
        hessian = np.zeros((len(weights), len(weights)))
        for block in range(0, self.block_count, stride):
            first, last = self.blocks[block : block + 2].tolist()
            candidates = self.features[:, self.starts[first] : self.starts[last]]
            part = _block_objective(candidates, self.starts[first:last] - self.starts[first], weights)
            loss, gradient, hessian = loss + part.loss, gradient + part.gradient, hessian + part.hessian
            count += last - first
        return _Objective(
            loss / count + RIDGE * float((weights**2).sum()),
            gradient / count + 2 * RIDGE * weights,
            hessian / count + 2 * RIDGE * np.eye(len(weights)),
        )


def _maximize_likelihood(choices: _Choices) -> Floats:
    """Return the weights of the highest likelihood: (n_features,)."""
    weights = np.zeros(len(choices.features))
    for stride in STRIDES:
        if stride == 1 or stride < choices.block_count:
            weights = _climb(choices, weights, stride)
    return weights


def _climb(choices: _Choices, weights: Floats, stride: int) -> Floats:
    """Return the weights of the highest likelihood of the questions in every `stride`-th block."""
    fit = choices.fit(weights, stride)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(fit.hessian, fit.gradient)
        if (fit.gradient * step).sum() < TOLERANCE:
            return weights - step
        trial = choices.fit(weights - step, stride)
        while trial.loss > fit.loss:
            step /= 2
            trial = choices.fit(weights - step, stride)
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
