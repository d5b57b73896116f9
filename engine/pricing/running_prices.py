"""The prices of all units while offers apply, and which units an offer has taken."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Self

from msgspec import Struct

from engine.pricing.allocation import allocate, allocate_by_unit
from engine.pricing.benefit import BASIS_POINTS, HALF, LIST_PRICE, Benefit, PriceBase, discount_of
from engine.pricing.lines import Line
from engine.pricing.tax import GROSS, TaxRule

NO_LANE = -1


class Run(Struct, frozen=True, gc=False):
    """Units of one line with the same history: `price_minor` a unit, what each offer took off a unit.

    `lane` is the last one in which an offer took these units, as benefit or as condition.
    """

    quantity: int
    price_minor: int
    lane: int = NO_LANE
    taken: tuple[tuple[int, int], ...] = ()


class Take(Struct, gc=False):
    """Units that an offer takes from a run, `amount_minor` off them together.

    Units that get nothing off are held only where they are `needed`: without them the offer would not apply.
    `tier` is the place in `Tiers.counts` at which a quantity discount takes them. `is_cut`: they would get
    more if no margin had to remain.
    """

    line: int
    run: int
    quantity: int
    amount_minor: int = 0
    needed: bool = False
    tier: int = 0
    is_cut: bool = False

    @property
    def gaining(self) -> int:
        """Return how many of the units get something off."""
        return min(self.quantity, self.amount_minor)


class Stock(Struct, gc=False):
    """Free units of a run, in a pool; `price_minor` is what they are sorted by."""

    price_minor: int
    line: int
    run: int
    quantity: int


_price_of = attrgetter("price_minor")


class RunningPrices:
    """The running prices by line. They are never changed: `after` an offer there are new ones.

    In a `shared` lane (mode stack) every offer sees all units; otherwise a unit that one offer of the
    lane has taken is no longer free for the others. `entry` are the line totals with which the lane
    began.
    """

    __slots__ = ("entry", "lane", "lines", "runs", "shared", "tax_rule")

    def __init__(
        self,
        lines: Sequence[Line],
        runs: list[tuple[Run, ...]],
        lane: int,
        *,
        shared: bool,
        entry: list[int],
        tax_rule: TaxRule,
    ) -> None:
        self.lines, self.runs, self.lane, self.shared, self.entry = lines, runs, lane, shared, entry
        self.tax_rule = tax_rule

    @classmethod
    def at_list(cls, lines: Sequence[Line], tax_rule: TaxRule = GROSS) -> Self:
        """Return the prices before any lane: every unit costs its list price."""
        runs: list[tuple[Run, ...]] = [(Run(line.quantity, line.product.list_minor),) for line in lines]
        return cls(lines, runs, NO_LANE, shared=True, entry=[], tax_rule=tax_rule)

    def enter(self, lane: int, *, shared: bool) -> "RunningPrices":
        """Begin the next lane: all units are free again."""
        entry = [self.total(line) for line in range(len(self.runs))]
        return self._with(self.runs, lane, shared=shared, entry=entry)

    def total(self, line: int) -> int:
        """Return what the line costs now, in minor units."""
        runs = self.runs[line]
        if len(runs) == 1:
            return runs[0].quantity * runs[0].price_minor
        return sum(run.quantity * run.price_minor for run in runs)

    def spent(self, lines: Iterable[int]) -> list[int]:
        """Return those of the lines on which nothing is left to save: no free unit costs anything."""
        if self.shared:
            return []
        lane, runs = self.lane, self.runs
        return [line for line in lines if not any(one.lane != lane and one.price_minor for one in runs[line])]

    def pool(self, lines: Iterable[int], *, descending: bool = False, of_list: bool = False) -> list[Stock]:
        """Return the free units of the lines by ascending (or descending) price, ties in the lines' order.

        Units of one list price are ordered by their running price.
        """
        shared, lane, runs = self.shared, self.lane, self.runs
        pool = []
        for line in lines:
            for place, run in enumerate(runs[line]):
                if shared or run.lane != lane:
                    price = self.lines[line].product.list_minor if of_list else run.price_minor
                    pool.append(Stock(price, line, place, run.quantity))
        if len(pool) > 1:
            if of_list:
                pool.sort(key=lambda stock: runs[stock.line][stock.run].price_minor, reverse=descending)
            pool.sort(key=_price_of, reverse=descending)
        return pool

    def take_all(self, lines: Iterable[int], benefit: Benefit, base: PriceBase) -> list[Take]:
        """Take the free units of the lines at the benefit, line by line.

        Units of which a percentage is nothing may be left out: no claim holds them.
        """
        shared, lane, runs = self.shared, self.lane, self.runs
        # By far the most common case, inlined: `percent_of` the running price.
        points = benefit.value if benefit.kind == "percent" and base == "running" else 0
        takes = []
        for line in lines:
            for place, run in enumerate(runs[line]):
                if shared or run.lane != lane:
                    off = (run.price_minor * points + HALF) // BASIS_POINTS
                    if off or not points:
                        takes.append(Take(line, place, run.quantity, run.quantity * off))
        return takes if points else self.priced(takes, benefit, base)

    def price(self, take: Take) -> int:
        """Return the running price of one of the taken units."""
        return self.runs[take.line][take.run].price_minor

    def draw(
        self, pool: list[Stock], quantity: int, benefit: Benefit, base: PriceBase, tier: int = 0
    ) -> list[Take]:
        """Take `quantity` units from the front of the pool, which holds as many, at the benefit of a tier."""
        points = benefit.value if benefit.kind == "percent" and base == "running" else 0
        takes = []
        while quantity:
            stock = pool[0]
            units = stock.quantity
            if units > quantity:
                units = quantity
                stock.quantity -= quantity
            else:
                del pool[0]
            quantity -= units
            price = self.runs[stock.line][stock.run].price_minor
            off = (price * points + HALF) // BASIS_POINTS
            takes.append(Take(stock.line, stock.run, units, units * off, False, tier))
        return takes if points or benefit is LIST_PRICE else self.priced(takes, benefit, base)

    def priced(self, takes: list[Take], benefit: Benefit, base: PriceBase) -> list[Take]:
        """Set the benefit's discount on the takes, and return them."""
        if benefit.kind != "none":
            for take in takes:
                take.amount_minor = take.quantity * discount_of(
                    benefit,
                    list_minor=self.lines[take.line].product.list_minor,
                    running_minor=self.runs[take.line][take.run].price_minor,
                    of_list=base == "list",
                )
        return takes

    def after(self, takes: Iterable[Take], offer: int) -> "RunningPrices":
        """Return the prices once the offer has taken its units; amounts split evenly, to the minor unit."""
        runs = self.runs.copy()
        parts: dict[int, list[Take]] = {}
        for take in takes:
            before = self.runs[take.line]
            if len(before) == 1 and take.quantity == before[0].quantity:
                runs[take.line] = self._taken(before[0], take, offer)
            else:
                parts.setdefault(take.line, []).append(take)
        for line, ours in parts.items():
            runs[line] = self._split(line, ours, offer)
        return self._with(runs, self.lane, shared=self.shared, entry=self.entry)

    def _with(
        self, runs: list[tuple[Run, ...]], lane: int, *, shared: bool, entry: list[int]
    ) -> "RunningPrices":
        """Return other prices of the same lines."""
        return RunningPrices(self.lines, runs, lane, shared=shared, entry=entry, tax_rule=self.tax_rule)

    def _split(self, line: int, takes: Sequence[Take], offer: int) -> tuple[Run, ...]:
        """Return the runs of a line of which some units are taken, or units of several runs."""
        runs: list[Run] = []
        for place, run in enumerate(self.runs[line]):
            rest = run.quantity
            for take in takes:
                if take.run == place:
                    runs += self._taken(run, take, offer)
                    rest -= take.quantity
            if rest:
                runs.append(Run(rest, run.price_minor, run.lane, run.taken))
        return tuple(runs)

    def _taken(self, run: Run, take: Take, offer: int) -> tuple[Run, ...]:
        """Return the taken units; those with one minor unit more of discount come first."""
        each, odd = divmod(take.amount_minor, take.quantity)
        taken = (*run.taken, (offer, each)) if each else run.taken
        rest = Run(take.quantity - odd, run.price_minor - each, self.lane, taken)
        if not odd:
            return (rest,)
        return (Run(odd, run.price_minor - each - 1, self.lane, (*run.taken, (offer, each + 1))), rest)


def count(pool: Iterable[Stock]) -> int:
    """Return how many units the pool holds."""
    units = 0
    for stock in pool:
        units += stock.quantity
    return units


def spread(takes: list[Take], total_minor: int, weigh: Callable[[Take], int]) -> list[Take]:
    """Split an amount over the lines of the takes, then over the units of each line; return the takes.

    Both by largest remainder, ties to the earlier. `weigh` returns the weight of one unit of a take; all
    weights together are at least `total_minor`.
    """
    if len(takes) == 1:
        takes[0].amount_minor = total_minor
        return takes
    takes.sort(key=lambda take: (take.line, take.run))
    by_line: dict[int, list[Take]] = {}
    for take in takes:
        by_line.setdefault(take.line, []).append(take)
    groups = [[(take.quantity, weigh(take)) for take in ours] for ours in by_line.values()]
    shares = allocate(total_minor, [sum([units * weight for units, weight in line]) for line in groups])
    for ours, line, share in zip(by_line.values(), groups, shares, strict=True):
        for take, amount in zip(ours, allocate_by_unit(share, line), strict=True):
            take.amount_minor = amount
    return takes
