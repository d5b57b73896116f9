"""What shops know of their customers besides orders, as numbers."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTraits:
    """Which traits customers have; a customer without any has no entry."""

    customer: Ints  # (n,) ids, ascending
    trait: Ints  # (n,) positions in `names`
    names: tuple[str, ...]

    def of(self, customers: Ints) -> tuple[Ints, Ints]:
        """Return positions in `customers` and the traits of the customers there: (m,) each."""
        starts = np.searchsorted(self.customer, customers, side="left")
        lengths = np.searchsorted(self.customer, customers, side="right") - starts
        ends = np.cumsum(lengths)
        rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        return np.repeat(np.arange(len(customers)), lengths), self.trait[rows]
