"""Sufficient statistics of an arm: what all means, ratios and their intervals are computed from.

They are sums, so days, shops and phases of the same split can be added, and no visitor has to be read again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.stats.arrays import Floats

# A share of the squares that is only rounding: a column that does not vary has a variance of exactly 0.
_NOISE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the units (visitors or customers) of one arm, for k columns such as revenue and orders.

    A unit counts once, with its total of all days. Days can be added if each unit belongs to one of them,
    such as the day of its first exposure.
    """

    unit_count: int
    totals: tuple[float, ...]  # (k,): the sum of each column
    products: tuple[tuple[float, ...], ...]  # (k, k): the sum of the product of each two columns

    @classmethod
    def of(cls, values: Floats) -> "Sums":
        """Return the sums of units: (n, k)."""
        products = values.T @ values
        return cls(len(values), tuple(values.sum(axis=0).tolist()), tuple(map(tuple, products.tolist())))

    @classmethod
    def of_one(cls, unit_count: int, total: float, squares: float) -> "Sums":
        """Return the sums of a single column."""
        return cls(unit_count, (total,), ((squares,),))

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of the units of both; they have the same columns and no unit in common."""
        totals = np.add(self.totals, other.totals)
        products = np.add(self.products, other.products)
        return Sums(
            self.unit_count + other.unit_count,
            tuple(totals.tolist()),
            tuple(map(tuple, products.tolist())),
        )

    @property
    def means(self) -> Floats:
        """Mean of each column: (k,). Needs a unit."""
        return np.array(self.totals) / self.unit_count

    @property
    def covariances(self) -> Floats:
        """Unbiased covariances of the columns between units: (k, k). Needs two units."""
        means, products = self.means, np.array(self.products)
        centred = products - self.unit_count * np.outer(means, means)
        scales = np.sqrt(np.diag(products))
        covariances: Floats = np.where(np.abs(centred) > _NOISE * np.outer(scales, scales), centred, 0.0)
        return covariances / (self.unit_count - 1)
