"""Bundle: parts together at one price, as often as the cart holds them whole."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit, price_with
from engine.pricing.bundle import PricingBundle
from engine.pricing.claim import Claim, Missing
from engine.pricing.floors import keep_margin
from engine.pricing.gains import gains
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, Stock, Take, count, spread
from engine.pricing.selector import Selector

Pools = Mapping[int, list[Stock]]
# The units of one set: of which stock, how many.
Units = Sequence[tuple[Stock, int]]
# Saves something on every unit that costs something and has no margin floor at its price.
ANY_LESS: Final = Benefit("fixed", 0)


class BundleTerms(Terms, Struct, frozen=True, tag="bundle", dict=True):
    """Bundles at their benefits, together up to `max_times`; a unit belongs to one of them.

    The bundle that saves most is taken as often as the cart holds it, then the next on what is left.
    """

    bundles: tuple[PricingBundle, ...]
    max_times: int | None = None

    ignores_taken = True

    @cached_property
    def holders(self) -> dict[int, list[int]]:
        """Return by product the places of the bundles that it belongs to."""
        holders: dict[int, list[int]] = {}
        for place, bundle in enumerate(self.bundles):
            for product, _ in bundle.parts:
                holders.setdefault(product, []).append(place)
        return holders

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return the parts of all bundles."""
        return (Selector(frozenset(self.holders)),)

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Claim whole sets of free units: of the bundle that saves most, then of the next on what is left.

        The most expensive units of a part come first, and sets that save nothing are not taken. Ties go to
        the bundle named first. Where the cart holds no whole set, what it lacks of the nearest bundle is
        missing.
        """
        pools = _pools(roles[0], prices)
        places = sorted({place for product in pools for place in self.holders[product]})
        claimed, left = Claim(times=0), self.max_times
        while left is None or left > 0:
            whole = [place for place in places if _times(self.bundles[place], pools)]
            if not whole:
                break
            found = [_sets(self.bundles[place], place, pools, left, offer, prices) for place in whole]
            best = max(found, key=lambda sets: sets.saving)
            if not best.saving:
                claimed.at_list = not any(take.is_cut for take in best.takes)
                claimed.times = claimed.times or best.times
                claimed.takes += best.takes
                break
            for take in best.takes:
                take.needed = True
            claimed.times += best.times
            claimed.takes += best.takes
            for product, need in self.bundles[best.place].parts:
                prices.draw(pools[product], best.times * need, LIST_PRICE, offer.base)
            left = None if left is None else left - best.times
        if not claimed.times:
            claimed.missing = _missing([self.bundles[place] for place in places or [0]], pools)
        return claimed

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms with the bundles of which all parts are among these products.

        One bundle always remains: `claim` says what the cart lacks of it.
        """
        whole = [one for one in self.bundles if products.issuperset(part for part, _ in one.parts)]
        return replace(self, bundles=tuple(whole) or self.bundles[:1])


class Sets(Struct):
    """Whole sets of one bundle: the units they take, and what that saves."""

    place: int
    times: int
    takes: list[Take]
    saving: int


def _pools(rows: Sequence[int], prices: RunningPrices) -> dict[int, list[Stock]]:
    """Return the free units of each product, the most expensive first."""
    by_product: dict[int, list[int]] = {}
    for row in rows:
        by_product.setdefault(prices.lines[row].product.id, []).append(row)
    return {product: prices.pool(ours, descending=True) for product, ours in by_product.items()}


def _times(bundle: PricingBundle, pools: Pools) -> int:
    """Return how many whole sets there are."""
    return min(count(pools.get(product, ())) // need for product, need in bundle.parts)


def _sets(
    bundle: PricingBundle,
    place: int,
    pools: Pools,
    left: int | None,
    offer: PricingOffer,
    prices: RunningPrices,
) -> Sets:
    """Return the sets that save something, at the bundle's price; the pools stay as they are."""
    times = _times(bundle, pools)
    if left is not None:
        times = min(times, left)
    sets = _units_of_sets(bundle, pools, times)
    savings = [saving for units in sets if (saving := _saving(bundle, units, offer, prices))]
    # Without any set on which the margin floor leaves something, the floor cuts them all to nothing.
    savings = savings[: sum(_has_room(units, offer, prices) for units in sets)] or savings
    times = len(savings) or times
    takes: list[Take] = []
    is_percent = bundle.benefit.kind == "percent"
    for product, need in bundle.parts:
        pool = [Stock(one.price_minor, one.line, one.run, one.quantity) for one in pools[product]]
        takes += prices.draw(pool, times * need, bundle.benefit if is_percent else LIST_PRICE, offer.base)
    if not is_percent:
        spread(takes, sum(savings), prices.price)
    if offer.margin_basis_points is not None:
        keep_margin(takes, offer.margin_basis_points, prices)
    return Sets(place, times, takes, sum([take.amount_minor for take in takes]))


def _units_of_sets(bundle: PricingBundle, pools: Pools, times: int) -> list[Units]:
    """Return the units of each set, the most expensive set first; shape (times,)."""
    if all(pools[product][0].quantity >= times * need for product, need in bundle.parts):
        return [[(pools[product][0], need) for product, need in bundle.parts]] * times
    units = {
        product: [stock for stock in pools[product] for _ in range(stock.quantity)]
        for product, _ in bundle.parts
    }
    return [
        [(stock, 1) for product, need in bundle.parts for stock in units[product][place * need :][:need]]
        for place in range(times)
    ]


def _saving(bundle: PricingBundle, units: Units, offer: PricingOffer, prices: RunningPrices) -> int:
    """Return what one set of these units saves before any floor, in minor units."""
    if bundle.benefit.kind == "percent":
        takes = [Take(stock.line, stock.run, count) for stock, count in units]
        return sum([take.amount_minor for take in prices.priced(takes, bundle.benefit, offer.base)])
    cost = sum([stock.price_minor * count for stock, count in units])
    return cost - price_with(bundle.benefit, cost)


def _has_room(units: Units, offer: PricingOffer, prices: RunningPrices) -> bool:
    """Tell whether a unit of the set may cost less than it does."""
    return any(gains(stock, ANY_LESS, offer, prices) for stock, _ in units)


def _missing(bundles: Sequence[PricingBundle], pools: Pools) -> tuple[Missing, ...]:
    """Return what the cart lacks of the bundle of which it lacks the fewest units."""
    lacking = [
        [
            Missing("units", need - have, Selector(frozenset([product])))
            for product, need in bundle.parts
            if (have := count(pools.get(product, ()))) < need
        ]
        for bundle in bundles
    ]
    return tuple(min(lacking, key=lambda units: sum(missing.amount for missing in units)))
