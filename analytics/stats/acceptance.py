"""How often offers are accepted, compared with what was expected where they were shown.

Of a *cell* (an offer in a placement with a product), `A` acceptances follow from exposures whose prior
relevances, times the chance that their positions are looked at, add up to `E`. The ratio is the rate λ of
A ~ Poisson(λ·E). It has a gamma prior whose mean is the ratio of the cell above: product → placement →
offer → kind → 1. How far cells of a level differ from those above (the shape of the gamma) is estimated by
maximum marginal likelihood, which is that of the negative binomial distribution. Where shoppers of several
audiences were counted, an audience is one more level, below the product. So a ratio is

    (shape + A) / (shape / ratio above + E)

as in DuMouchel, "Bayesian Data Mining in Large Frequency Tables", 1999. For small relevances, this is the
beta-binomial model, but exposures of one cell may have different relevances. Without exposures, each ratio is
that of the cell above, and without any data exactly 1.

Examination of positions: by the same model, A of position p is Poisson(Σ λ·e_p·relevance). Ratios and e_p
are estimated in turn (Richardson, Dominowska and Ragno, "Predicting Clicks", 2007: examination and attraction
are independent). Offers that appeared in several positions tell the two apart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln

from analytics.stats.arrays import Floats, Ints

# The places of levels that decisions use; that of audiences is there if several were counted.
PLACEMENT_LEVEL, PRODUCT_LEVEL, AUDIENCE_LEVEL = 2, 3, 4
# Positions from this one on are one.
MAX_POSITION: Final = 12
# Shapes that are tried; the larger, the more alike cells are. The prior on the logarithm keeps the estimate
# of a level with few cells near CENTRE: a ratio is usually between a half and twice that above.
_SHAPES: Final = np.geomspace(0.3, 300, 41)
_CENTRE: Final = 4.0
_SPREAD: Final = 1.0
# A position counts as if there had been so many more acceptances, as many as expected of the first one.
_POSITION_SHAPE: Final = 20.0
_ROUNDS: Final = 20
_TOLERANCE: Final = 1e-3
# The shape of a level is estimated from about so many of its cells.
_SAMPLE: Final = 2000
# Below any expectation: its logarithm is finite.
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposures:
    """Slots that were shown, summed by cell and position: n rows."""

    cells: Ints  # (n, 4 or 5) kind, offer, placement, product, audience: any numbers ≥ 0
    position: Ints  # (n,) from 1
    shown: Floats  # (n,) ≥ 0; older ones may count less
    relevance: Floats  # (n,) sum of the prior relevances, ≥ 0
    accepted: Floats  # (n,) ≥ 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The m cells of one level: a cell is what its first columns say."""

    cells: Ints  # (m, depth)
    shown: Floats  # (m,) like the next three
    expected: Floats
    accepted: Floats
    ratio: Floats
    shape: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedAcceptance:
    """The levels from kinds to products or audiences, and how positions are examined, 1 for the first."""

    levels: tuple[Level, ...]
    examination: Floats  # (MAX_POSITION,)


@dataclass(frozen=True, slots=True)
class _Grouping:
    """The m cells of a level, the cell of each row of the exposures, and the cell above each."""

    cells: Ints  # (m, depth)
    row: Ints  # (n,)
    above: Ints  # (m,)


def fit_acceptance(exposures: Exposures) -> FittedAcceptance:
    """Return the ratios of all cells and the examination of positions, which are corrected for each other."""
    place = np.clip(exposures.position, 1, MAX_POSITION) - 1
    groupings = [_group(exposures.cells, depth) for depth in range(1, exposures.cells.shape[1] + 1)]
    examination = np.ones(MAX_POSITION)
    levels = _levels_of(exposures, groupings, examination[place])
    for _ in range(_ROUNDS):
        before = examination
        examination = _examination(exposures, place, levels[-1].ratio[groupings[-1].row])
        levels = _levels_of(exposures, groupings, examination[place])
        if np.abs(examination - before).max() < _TOLERANCE:
            break
    return FittedAcceptance(levels=levels, examination=examination)


def exploration(level: Level) -> Floats:
    """Return by what a ratio counts less the better it is known: above 0, and 1 without answers.

    The posterior of a ratio is a gamma distribution with shape + A, whose standard deviation is
    1/√(shape + A) of its mean. Ratios compete at one standard deviation above the mean, as in Kaufmann, Cappé
    and Garivier, "On Bayesian Upper Confidence Bounds for Bandit Problems", 2012, divided by that of a cell
    without answers: what is not known well is shown until it is, and without answers, nothing changes.
    Shape: (m,).
    """
    unknown = 1 + 1 / np.sqrt(level.shape)
    return np.asarray((1 + 1 / np.sqrt(level.shape + level.accepted)) / unknown)


def shrink(*, accepted: Floats, expected: Floats, above: Floats) -> tuple[Floats, float]:
    """Return the ratio of each cell, and the shape of their gamma prior around the ratios above.

    accepted, expected, above: (m,). Without cells, the shape is that of the prior.
    """
    step = 1 + len(accepted) // _SAMPLE
    counts, mean = accepted[::step], (above * expected)[::step]
    shape = _SHAPES[:, None]
    likelihood = (
        gammaln(counts + shape)
        - gammaln(shape)
        + shape * np.log(shape / (shape + mean))
        + counts * np.log(np.maximum(mean, _TINY) / (shape + mean))
    ).sum(axis=1)
    prior = -0.5 * (np.log(_SHAPES / _CENTRE) / _SPREAD) ** 2
    best = float(_SHAPES[np.argmax(likelihood + prior)])
    return (best + accepted) / (best / above + expected), best


def _group(rows: Ints, depth: int) -> _Grouping:
    cells, row = np.unique(rows[:, :depth], axis=0, return_inverse=True)
    _, above = np.unique(cells[:, : depth - 1], axis=0, return_inverse=True)
    return _Grouping(cells, row.reshape(-1).astype(np.int64), above.reshape(-1).astype(np.int64))


def _levels_of(exposures: Exposures, groupings: list[_Grouping], examination: Floats) -> tuple[Level, ...]:
    """Return the levels from the top, each shrunk towards the one above."""
    weights = (exposures.shown, exposures.relevance * examination, exposures.accepted)
    levels: list[Level] = []
    for group in groupings:
        count = len(group.cells)
        shown, expected, accepted = (np.bincount(group.row, one, count).astype(np.float64) for one in weights)
        above = levels[-1].ratio[group.above] if levels else np.ones(count)
        ratio, shape = shrink(accepted=accepted, expected=expected, above=above)
        levels.append(
            Level(
                cells=group.cells, shown=shown, expected=expected, accepted=accepted, ratio=ratio, shape=shape
            )
        )
    return tuple(levels)


def _examination(exposures: Exposures, place: Ints, ratio: Floats) -> Floats:
    """Return how often each position led to an acceptance, compared with the ratios; 1 for the first."""
    accepted = np.bincount(place, exposures.accepted, MAX_POSITION)
    expected = np.bincount(place, exposures.relevance * ratio, MAX_POSITION)
    examination = (_POSITION_SHAPE + accepted) / (_POSITION_SHAPE + expected)
    return np.asarray(examination / examination[0])
