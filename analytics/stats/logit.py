"""Fit what makes one candidate be chosen over the others it stands beside.

McFadden's conditional logit (1974): of the candidates of a question, one is chosen with a probability
proportional to exp(weights · figures). What is the same for all candidates of a question drops out.

Newton's method, which ends at the same weights wherever it passes. Sums are added up in one order, by numpy's
einsum: a linear algebra library adds up in another order with each number of threads.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.stats.digits import rounded
from analytics.stats.evidence import Floats
from analytics.stats.sales import Ints

RIDGE = 1e-3
MAX_STEPS = 40
# A step that promises less is the last one: what it leaves open is far below the rounding.
SETTLED = 1e-8
# Candidates that are worked on at a time: they stay in the processor's cache.
BLOCK = 8192

Figures = npt.NDArray[np.float32]


def fit_choice(*, figures: Figures, question: Ints, is_right: npt.NDArray[np.bool_]) -> Floats:
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
    share = (is_right / right_counts[question]).astype(np.float32)
    weights = _likeliest(_Choices.of(np.ascontiguousarray(scaled.T), question, share))
    return np.array([rounded(weight) for weight in weights / spread])


class _Fit(NamedTuple):
    """How unlikely the right candidates are, and how that changes with the weights."""

    loss: float  # of a question
    slope: Floats  # (n_figures,)
    curvature: Floats  # (n_figures, n_figures)


@dataclass(frozen=True, slots=True)
class _Choices:
    """Standardised candidates by question, and the figures of the right ones."""

    figures: Figures  # (n_figures, n)
    starts: Ints  # (n_questions + 1,) the candidates of question q are starts[q]:starts[q + 1]
    blocks: Ints  # (n_blocks + 1,) the questions of block k are blocks[k]:blocks[k + 1]
    wanted: Floats  # (n_figures,)

    @classmethod
    def of(cls, figures: Figures, question: Ints, share: npt.NDArray[np.float32]) -> "_Choices":
        starts = np.append(np.flatnonzero(np.diff(question, prepend=-1)), len(question))
        # A block begins with the first question that begins behind so many candidates.
        begins = np.searchsorted(starts[:-1], np.arange(0, len(question), BLOCK))
        blocks = np.unique(np.append(begins, len(starts) - 1))
        right = np.flatnonzero(share)
        wanted = (figures[:, right] * share[right]).sum(axis=1, dtype=np.float64)
        return cls(figures, starts, blocks, wanted)

    def fit(self, weights: Floats) -> _Fit:
        """Return how well these weights fit."""
        loss, slope = -float((self.wanted * weights).sum()), -self.wanted
        curvature = np.zeros((len(weights), len(weights)))
        for first, last in pairwise(self.blocks):
            candidates = self.figures[:, self.starts[first] : self.starts[last]]
            part = _fit_block(candidates, self.starts[first:last] - self.starts[first], weights)
            loss, slope, curvature = loss + part.loss, slope + part.slope, curvature + part.curvature
        count = len(self.starts) - 1
        return _Fit(
            loss / count + RIDGE * float((weights**2).sum()),
            slope / count + 2 * RIDGE * weights,
            curvature / count + 2 * RIDGE * np.eye(len(weights)),
        )


def _likeliest(choices: _Choices) -> Floats:
    """Return the weights that fit best: (n_figures,)."""
    weights = np.zeros(len(choices.figures))
    fit = choices.fit(weights)
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(fit.curvature, fit.slope)
        if (fit.slope * step).sum() < SETTLED:
            return weights - step
        there = choices.fit(weights - step)
        while there.loss > fit.loss:
            step /= 2
            there = choices.fit(weights - step)
        weights, fit = weights - step, there
    return weights


def _fit_block(figures: Figures, starts: Ints, weights: Floats) -> _Fit:
    """Return the sums over some questions of all that does not depend on what is right.

    figures: (n_figures, m); starts: (k,) where the candidates of each question start, from 0.
    """
    sizes = np.diff(starts, append=figures.shape[1])
    scores = np.einsum("fn,f->n", figures, weights.astype(np.float32))
    highest = np.maximum.reduceat(scores, starts)
    chances = np.exp(scores - np.repeat(highest, sizes))
    sums = np.add.reduceat(chances, starts)
    weighed = figures * (chances / np.repeat(sums, sizes))
    means = np.add.reduceat(weighed, starts, axis=1)
    curvature = np.zeros((len(figures), len(figures)))
    for row in range(len(figures)):
        curvature[row, row:] = np.einsum("n,fn->f", weighed[row], figures[row:])
        curvature[row, row:] -= np.einsum("q,fq->f", means[row], means[row:])
        curvature[row:, row] = curvature[row, row:]
    return _Fit(
        float((np.log(sums) + highest).sum(dtype=np.float64)), means.sum(axis=1, dtype=np.float64), curvature
    )
