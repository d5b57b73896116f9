"""Quantity tiers: the tier of each of n units, and tiers by which more units would cost less."""

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from engine.pricing.benefit import LIST_PRICE, Benefit, price_with

TierMode = Literal["graduated", "volume"]
AfterLast = Literal["hold", "repeat", "list"]
UnitOrder = Literal["cheapest_first", "most_expensive_first"]


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
        """Return how many of `quantity` units are at list price, and how many at each tier.

        Shape (len(steps) + 1,), adds up to `quantity`.
        """
        if self.after == "hold" or quantity <= (last := self.last_quantity):
            return self._count_once(quantity)
        if self.after == "list":
            once = self._count_once(last)
            once[0] += quantity - last
            return once
        times, rest = divmod(quantity, last)
        whole, part = self._count_once(last), self._count_once(rest)
        return [times * ours + more for ours, more in zip(whole, part, strict=True)]

    def ends_in_tier(self, quantity: int) -> bool:
        """Tell whether the last of the units is at a tier: then one unit less would be one less at a tier."""
        first, last = self.steps[0].from_quantity, self.steps[-1].from_quantity
        if quantity > last and self.after != "hold":
            if self.after == "list":
                return False
            quantity = quantity % last or last
        return quantity >= first

    def next_quantities(self, quantity: int) -> Iterator[int]:
        """Yield the quantities above this one at which something may change, rising.

        One more unit always may: it gets a tier's price, or moves all units to its tier. After it come the
        quantities at which a tier begins; where the tiers start again, those of the next round too.
        """
        yield quantity + 1
        last = self.last_quantity
        rounds = (quantity // last, quantity // last + 1) if self.after == "repeat" else (0,)
        for round_ in rounds:
            for step in self.steps:
                if round_ * last + step.from_quantity > quantity + 1:
                    yield round_ * last + step.from_quantity

    def benefit_at(self, place: int) -> Benefit:
        """Return the benefit of a place in `counts`."""
        return self.steps[place - 1].benefit if place else LIST_PRICE

    def _count_once(self, quantity: int) -> list[int]:
        """Count as if the last tier went on without end."""
        counts = [0] * (len(self.steps) + 1)
        place, begun = 0, 1
        for step in self.steps:
            if step.from_quantity > quantity:
                break
            if self.mode == "graduated":
                counts[place] = step.from_quantity - begun
                begun = step.from_quantity
            place += 1
        counts[place] = quantity + 1 - begun
        return counts


class TierFault(Struct, frozen=True):
    """More units that cost less in total than fewer: refused, with both quantities and totals.

    `added_minor` is the list price of the unit that makes it cheaper, all others cost `unit_minor`.
    """

    fewer: int
    more: int
    fewer_minor: int
    more_minor: int
    unit_minor: int
    added_minor: int


def tiered_total(tiers: Tiers, quantity: int, unit_minor: int) -> int:
    """Return what `quantity` ≥ 0 units of one list price cost, in minor units."""
    return sum(
        count * price_with(tiers.benefit_at(place), unit_minor)
        for place, count in enumerate(tiers.counts(quantity))
    )


def find_tier_fault(
    tiers: Tiers, unit_minors: Collection[int], *, together: UnitOrder | None = None
) -> TierFault | None:
    """Return the first quantity at which one unit more costs less in total, None if there is none.

    `unit_minors` are the list prices of the products that the tiers count: each product by itself or,
    where `together` says which units come first, over the whole set. There the cheapest product is also
    added to units of the most expensive, which is where a better tier gains most and costs least.
    """
    prices = sorted(set(unit_minors))
    for unit_minor in prices:
        fault = _fault_of(tiers, unit_minor, unit_minor, "cheapest_first")
        if fault is not None:
            return fault
    if together is None or not prices:
        return None
    return _fault_of(tiers, prices[-1], prices[0], together)


def _fault_of(tiers: Tiers, unit_minor: int, added_minor: int, order: UnitOrder) -> TierFault | None:
    """Add a unit at `added_minor` ≤ `unit_minor` to one, two, three… units at `unit_minor`."""
    for quantity in _turns(tiers):
        fewer_minor = tiered_total(tiers, quantity, unit_minor)
        counts = tiers.counts(quantity + 1)
        places = [place for place, count in enumerate(counts) if count]
        # The cheaper unit gets the deepest tier, or the first.
        benefit = tiers.benefit_at(places[-1] if order == "cheapest_first" else places[0])
        added = price_with(benefit, added_minor) - price_with(benefit, unit_minor)
        more_minor = tiered_total(tiers, quantity + 1, unit_minor) + added
        if more_minor < fewer_minor:
            return TierFault(quantity, quantity + 1, fewer_minor, more_minor, unit_minor, added_minor)
    return None


def _turns(tiers: Tiers) -> list[int]:
    """Return the quantities after which one more unit reaches another tier, ascending, from 1 on.

    Anywhere else one more unit adds its own price and leaves the others at theirs. Two rounds of the tiers
    contain every such quantity: later rounds repeat them.
    """
    starts = (1, *(step.from_quantity for step in tiers.steps), tiers.last_quantity + 1)
    turns = {start + offset - 1 for start in starts for offset in (0, tiers.last_quantity)}
    return sorted(turns - {0})
