"""A second, slow way to price small carts, written from docs/pricing.md: one object a unit, no shortcuts.

It knows a part of what the core knows: one-time lines without options, and the kinds in `CLAIMS`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import permutations

from engine.pricing import Benefit, Cart, LaneMode, PricingOffer, PricingProduct, Rules
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms


@dataclass
class Unit:
    """One unit, what it costs now and what each offer took off it; `lane` is the last that holds it."""

    product: PricingProduct
    price: int
    lane: int = -1
    taken: dict[int, int] = field(default_factory=dict)


@dataclass
class Ask:
    """What an offer may look at: all units, those that are free, and the spend when the lane began."""

    offer: PricingOffer
    units: Sequence[Unit]
    free: Sequence[Unit]
    entry: int
    tax_included: bool

    def room(self, unit: Unit) -> int:
        """Return how much cheaper the margin floor lets the unit become, by trying every price."""
        margin, cost = self.offer.margin_basis_points, unit.product.cost_minor
        if margin is None or cost is None:
            return unit.price
        for price in range(unit.price + 1):
            rate = unit.product.tax_basis_points
            tax = half_up(Fraction(price * rate, 10_000 + rate)) if self.tax_included else 0
            net = price - tax
            if (net - cost) * 10_000 >= margin * net:
                return unit.price - price
        return 0

    def off(self, unit: Unit, benefit: Benefit) -> int:
        """Return what the benefit takes off the unit, above its margin floor."""
        return min(self.wanted(unit, benefit), self.room(unit))

    def wanted(self, unit: Unit, benefit: Benefit) -> int:
        """Return what the benefit takes off the unit where no margin has to remain."""
        if benefit.kind == "percent":
            base = unit.product.list_minor if self.offer.base == "list" else unit.price
            return min(half_up(Fraction(base * benefit.value, 10_000)), unit.price)
        if benefit.kind == "amount":
            return min(benefit.value, unit.price)
        return max(unit.price - benefit.value, 0) if benefit.kind == "fixed" else 0

    def order(self, units: Sequence[Unit], *, descending: bool = False) -> list[Unit]:
        """Return the units by price (and by running price, where that is the list price), ties in order."""
        by_list = self.offer.base == "list"
        return sorted(
            units,
            key=lambda one: (one.product.list_minor if by_list else 0, one.price),
            reverse=descending,
        )


# What an offer takes off the units, and which units it needs besides; None if it lacks something.
Claimed = tuple[list[tuple[Unit, int]], list[Unit]]


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    whole = sum(weights)
    exact = [Fraction(total * weight, whole) if whole else Fraction(0) for weight in weights]
    shares = [int(one) for one in exact]
    for place in sorted(range(len(weights)), key=lambda one: shares[one] - exact[one])[: total - sum(shares)]:
        shares[place] += 1
    return shares


def split(total: int, parts: Sequence[tuple[Unit, int]]) -> list[tuple[Unit, int]]:
    """Split an amount over units by their weights: over the lines first, then within each."""
    products = sorted({unit.product.id for unit, _ in parts})
    lines = [[part for part in parts if part[0].product.id == product] for product in products]
    answer: list[tuple[Unit, int]] = []
    sums = largest_remainder(total, [sum(weight for _, weight in line) for line in lines])
    for line, share in zip(lines, sums, strict=True):
        shares = largest_remainder(share, [weight for _, weight in line])
        answer += [(unit, one) for (unit, _), one in zip(line, shares, strict=True)]
    return answer


def cross_sell(terms: CrossSellTerms, ask: Ask) -> Claimed | None:
    free = ask.order([unit for unit in ask.free if terms.target.sees(unit.product)])
    gaining = [unit for unit in free if ask.off(unit, terms.benefit)]
    if not free:
        return None
    return [(unit, ask.off(unit, terms.benefit)) for unit in gaining[: terms.max_units]], []


def threshold(terms: ThresholdTerms, ask: Ask) -> Claimed | None:
    spend = ask.entry if terms.base == "lane_entry" else sum(unit.price for unit in ask.units)
    if spend < terms.at_least:
        return None
    if terms.benefit.kind == "percent":
        return [(unit, ask.off(unit, terms.benefit)) for unit in ask.free], []
    total = min(terms.benefit.value, sum(unit.price for unit in ask.free))
    shares = split(total, [(unit, unit.price) for unit in ask.free])
    return [(unit, min(share, ask.room(unit))) for unit, share in shares], []


def buy_get(terms: BuyGetTerms, ask: Ask) -> Claimed | None:
    """Try every number of times; the last one whose every group saves something is right."""
    descending = terms.order == "most_expensive_first"
    targets = ask.order([unit for unit in ask.free if terms.get.sees(unit.product)], descending=descending)
    targets.sort(key=lambda unit: not ask.off(unit, terms.benefit))
    only = [one for one in ask.free if terms.buy.sees(one.product) and not terms.get.sees(one.product)]
    both = [unit for unit in reversed(targets) if terms.buy.sees(unit.product)]
    found: Claimed | None = None
    for times in range(1, min(terms.max_times or 99, len(ask.free)) + 1):
        bought = (ask.order(only) + both)[: times * terms.buy_count]
        got = [unit for unit in targets if all(unit is not one for one in bought)]
        if len(bought) < times * terms.buy_count or len(got) < times * terms.get_count:
            break
        offs = [(unit, ask.off(unit, terms.benefit)) for unit in got[: times * terms.get_count]]
        saving = sum(1 for _, off in offs if off)
        if saving > (times - 1) * terms.get_count:
            found = offs, bought
    return found


def quantity(terms: QuantityTerms, ask: Ask) -> Claimed | None:
    """Price each group; units that save nothing are needed if the others would lose a tier without them."""
    offs: list[tuple[Unit, int]] = []
    needed: list[Unit] = []
    seen = [unit for unit in ask.free if terms.products.sees(unit.product)]
    keys = {0} if terms.counting == "set" else {unit.product.id for unit in seen}
    for key in sorted(keys):
        group = [unit for unit in seen if terms.counting == "set" or unit.product.id == key]
        group = ask.order(group, descending=terms.order == "cheapest_first")
        places = places_of(terms, len(group))
        ours = [
            (unit, ask.off(unit, terms.tiers.benefit_at(place)))
            for unit, place in zip(group, places, strict=True)
        ]
        gaining = [place for place, (_, off) in zip(places, ours, strict=True) if off]
        fewest = len(group)
        while gaining and all(
            places_of(terms, fewest - 1).count(place) >= gaining.count(place) for place in set(gaining)
        ):
            fewest -= 1
        idle = [unit for unit, off in ours if not off]
        needed += idle[: fewest - len(gaining)] if gaining else []
        offs += ours
    return offs, needed


def places_of(terms: QuantityTerms, units: int) -> list[int]:
    """Return the tier of each of the units, ascending."""
    return [place for place, count in enumerate(terms.tiers.counts(units)) for _ in range(count)]


def bundle(terms: BundleTerms, ask: Ask) -> Claimed | None:
    """Take sets of the only bundle, the most expensive units first, while a set saves something."""
    (only,) = terms.bundles
    parts = [
        (ask.order([unit for unit in ask.free if unit.product.id == product], descending=True), need)
        for product, need in only.parts
    ]
    taken: list[Unit] = []
    offs: list[tuple[Unit, int]] = []
    saved = 0
    for times in range(terms.max_times or 99):
        units = [unit for pool, need in parts for unit in pool[times * need :][:need]]
        if len(units) < sum(need for _, need in only.parts):
            break
        cost = sum(unit.price for unit in units)
        if only.benefit.kind == "percent":
            saving = sum(ask.wanted(unit, only.benefit) for unit in units)
        else:
            saving = min(only.benefit.value, cost) if only.benefit.kind == "amount" else 0
            saving = max(cost - only.benefit.value, 0) if only.benefit.kind == "fixed" else saving
        if not saving or not any(ask.room(unit) for unit in units):
            break
        taken += units
        saved += saving
    if only.benefit.kind == "percent":
        offs = [(unit, ask.off(unit, only.benefit)) for unit in taken]
    elif taken:
        inorder = [unit for unit in ask.units if any(unit is one for one in taken)]
        shares = split(saved, [(unit, unit.price) for unit in inorder])
        offs = [(unit, min(share, ask.room(unit))) for unit, share in shares]
    return offs, taken


CLAIMS: dict[type, Callable[..., Claimed | None]] = {
    CrossSellTerms: cross_sell,
    ThresholdTerms: threshold,
    BuyGetTerms: buy_get,
    QuantityTerms: quantity,
    BundleTerms: bundle,
}


@dataclass
class Lane:
    """One lane of one pricing: its place and mode, and what its lines cost when it began."""

    place: int
    mode: LaneMode
    tax_included: bool

    def claim(self, offer: PricingOffer, units: Sequence[Unit], entry: int) -> Claimed | None:
        free = [unit for unit in units if self.mode == "stack" or unit.lane != self.place]
        ask = Ask(offer, units, free, entry, self.tax_included)
        claimed = CLAIMS[type(offer.terms)](offer.terms, ask)
        if claimed is None:
            return None
        offs, needed = claimed
        most = offer.max_discount_minor
        if most is not None and sum(off for _, off in offs) > most:
            inorder = [part for unit in units for part in offs if part[0] is unit]
            offs = split(most, inorder)
        return offs, needed

    def run(self, offers: Sequence[PricingOffer], units: Sequence[Unit]) -> None:
        """Let the offers claim in this order; ask those again that saved nothing when the lane began."""
        entry = sum(unit.price for unit in units)
        waiting, idle = list(offers), []
        started_idle = {one.id for one in offers if not saving(self.claim(one, units, entry))}
        while waiting:
            one = waiting.pop(0)
            claimed = self.claim(one, units, entry)
            if claimed is None or not saving(claimed):
                idle += [one] if one.id in started_idle else []
                continue
            for unit, off in claimed[0]:
                if off:
                    unit.price -= off
                    unit.taken[one.id] = unit.taken.get(one.id, 0) + off
                    unit.lane = self.place
            for unit in claimed[1]:
                unit.lane = self.place
            waiting, idle = idle + waiting, []


def saving(claimed: Claimed | None) -> int:
    return sum(off for _, off in claimed[0]) if claimed else 0


def reference_takes(cart: Cart, offers: Sequence[PricingOffer], rules: Rules) -> dict[int, int]:
    """Return what each offer takes off the cart, by id, where it takes something."""
    units = [
        Unit(line.product, line.product.list_minor)
        for line in sorted(cart.lines, key=lambda line: line.product.id)
        for _ in range(line.quantity)
    ]
    for place, lane in enumerate(rules.lanes):
        ours = [one for one in offers if one.lane == lane.name]
        runner = Lane(place, lane.mode, cart.tax_included)
        entry = sum(unit.price for unit in units)
        ours.sort(key=lambda one: (-one.priority, -saving(runner.claim(one, units, entry)), one.id))
        if lane.mode == "best":
            ours = list(max(permutations(ours), key=lambda order: total(runner, order, units)))
        runner.run(ours, units)
    ids = sorted({number for unit in units for number in unit.taken})
    return {number: sum(unit.taken.get(number, 0) for unit in units) for number in ids}


def total(runner: Lane, order: Iterable[PricingOffer], units: Sequence[Unit]) -> int:
    """Return what the offers save in this order, on copies of the units."""
    copies = [Unit(unit.product, unit.price, unit.lane) for unit in units]
    runner.run(list(order), copies)
    return sum(unit.price for unit in units) - sum(unit.price for unit in copies)
