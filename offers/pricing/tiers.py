"""Quantity tiers: which of n units stands at which tier, and which tiers contradict themselves."""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from offers.pricing.benefit import LIST_PRICE, Benefit, price_with

TierMode = Literal["graduated", "volume"]
AfterLast = Literal["hold", "repeat", "list"]


class Tier(Struct, frozen=True):
    """From unit number `from_quantity` ≥ 1 on, the benefit a unit."""

    from_quantity: int
    benefit: Benefit


class Tiers(Struct, frozen=True):
    """Tiers by rising quantity, at least one.

    `graduated`: each unit at its own tier. `volume`: the tier that is reached prices all units. The
    last tier ends with its own `from_quantity`; after that it goes on (`hold`), the tiers start again
    (`repeat`), or further units cost their list price (`list`).
    """

    steps: tuple[Tier, ...]
    mode: TierMode = "graduated"
    after: AfterLast = "hold"

    def __post_init__(self) -> None:
        starts = [step.from_quantity for step in self.steps]
        if not starts or starts[0] < 1 or starts != sorted(set(starts)):
            raise ValueError("tiers need rising quantities from 1 on")

    @property
    def first_quantity(self) -> int:
        """Return the smallest number of units that reaches a tier."""
        return self.steps[0].from_quantity

    @property
    def last_quantity(self) -> int:
        """Return the number of units that reaches the last tier."""
        return self.steps[-1].from_quantity

    def counts(self, quantity: int) -> list[int]:
        """Return how many of `quantity` units stand at list price, and how many at each tier.

        Shape (len(steps) + 1,), adds up to `quantity`.
        """
        last = self.last_quantity
        if self.after == "hold" or quantity <= last:
            return self._count_once(quantity)
        if self.after == "list":
            once = self._count_once(last)
            once[0] += quantity - last
            return once
        times, rest = divmod(quantity, last)
        whole, part = self._count_once(last), self._count_once(rest)
        return [times * ours + more for ours, more in zip(whole, part, strict=True)]

    def benefit_at(self, place: int) -> Benefit:
        """Return the benefit behind a place of `counts`."""
        return self.steps[place - 1].benefit if place else LIST_PRICE

    def _count_once(self, quantity: int) -> list[int]:
        """Count without an end: the last tier goes on."""
        reached = [step.from_quantity for step in self.steps if step.from_quantity <= quantity]
        counts = [0] * (len(self.steps) + 1)
        if self.mode == "volume":
            counts[len(reached)] = quantity
            return counts
        bounds = [1, *reached, quantity + 1]
        for place in range(len(reached) + 1):
            counts[place] = bounds[place + 1] - bounds[place]
        return counts


class TierFault(Struct, frozen=True):
    """More units that cost less in total than fewer: refused, with both quantities and totals."""

    fewer: int
    more: int
    fewer_minor: int
    more_minor: int


def tiered_total(tiers: Tiers, quantity: int, unit_minor: int) -> int:
    """Return what `quantity` ≥ 0 units of one list price cost, in minor units."""
    return sum(
        count * price_with(tiers.benefit_at(place), unit_minor)
        for place, count in enumerate(tiers.counts(quantity))
    )


def find_tier_fault(tiers: Tiers, unit_minors: Collection[int]) -> TierFault | None:
    """Return the first quantity at which one unit more costs less in total, None if there is none.

    `unit_minors` are the list prices of the products that the tiers count, each product by itself. Two
    rounds of the tiers show every step there is: after them the totals go on as before.
    """
    for unit_minor in sorted(set(unit_minors)):
        fewer_minor = 0
        for quantity in range(1, 2 * tiers.last_quantity + 2):
            total = tiered_total(tiers, quantity, unit_minor)
            if total < fewer_minor:
                return TierFault(quantity - 1, quantity, fewer_minor, total)
            fewer_minor = total
    return None
