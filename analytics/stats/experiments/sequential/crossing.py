"""Probabilities that a random walk first leaves its bounds at each look, by numerical integration.

Armitage, McPherson and Rowe (JRSS A 132, 1969): the density of the score on the paths that have not crossed
yet is carried from look to look. Under no effect the score at fraction t is normal with variance t, and its
increments are independent. Integrals use Gauss-Legendre nodes on panels that are as wide as two standard
deviations of an increment.
"""

from dataclasses import dataclass
from math import ceil, pi, sqrt
from typing import Final

import numpy as np
from scipy.special import ndtr

from analytics.stats.arrays import Floats

_PANEL_NODES, _PANEL_WEIGHTS = np.polynomial.legendre.leggauss(12)
_MOST_PANELS: Final = 100
# Beyond this many standard errors there is nothing to carry on.
FARTHEST: Final = 8.0
# Looks that add less information than this are not counted: the density would be too narrow for the nodes.
LEAST_STEP: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Survivors:
    """The paths that have not crossed by a look."""

    fraction: float
    scores: Floats  # (n,) nodes within the bounds
    masses: Floats  # (n,) probability at each node; the sum is that of no crossing yet

    @classmethod
    def at_start(cls) -> "Survivors":
        """Return all paths, at 0."""
        return cls(0.0, np.zeros(1), np.ones(1))

    def crossing_above(self, fraction: float, bound: float) -> float:
        """Return the probability that the score is first above its bound at the look `fraction`.

        bound: in standard errors, as all z-values here.
        """
        step = sqrt(fraction - self.fraction)
        return float(self.masses @ ndtr((self.scores - bound * sqrt(fraction)) / step))

    def after(self, fraction: float, bound: float) -> "Survivors":
        """Return the paths that stay within plus and minus the bound at the look `fraction`."""
        step, edge = sqrt(fraction - self.fraction), min(bound, FARTHEST) * sqrt(fraction)
        panels = min(ceil(edge / step), _MOST_PANELS)
        half = edge / panels
        middles = np.linspace(-edge + half, edge - half, panels)
        scores = (middles[:, None] + half * _PANEL_NODES).ravel()
        distances = (scores[:, None] - self.scores) / step
        density = np.exp(-0.5 * distances**2) @ self.masses / (step * sqrt(2 * pi))
        return Survivors(fraction, scores, half * np.tile(_PANEL_WEIGHTS, panels) * density)
