"""Buy X get Y: for every x units bought, y units at a benefit."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.claim import Claim, Missing
from engine.pricing.gains import gaining_first, gains
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import Need, PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, Stock, Take, count
from engine.pricing.selector import Selector
from engine.pricing.tiers import UnitOrder


class BuyGetTerms(Terms, Struct, frozen=True, tag="buy_get"):
    """For every `buy_count` units of `buy`, `get_count` units of `get` at the benefit, up to `max_times`."""

    buy: Selector
    buy_count: int
    get: Selector
    get_count: int
    benefit: Benefit
    max_times: int | None = None
    order: UnitOrder = "cheapest_first"

    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return what is bought, and what gets the benefit."""
        return self.buy, self.get

    @property
    def need(self) -> Need | None:
        """Return the units of one group, where the same products are bought and discounted."""
        if self.buy != self.get:
            return None
        return Need(self.buy_count + self.get_count, self.buy, together=True)

    def rows(self, roles: Roles, _lines: CanonicalLines) -> set[int]:
        """Return the rows of both roles."""
        return {*roles[0], *roles[1]}

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        """Reserve the qualifiers, then take the targets; each unit counts once, as one or the other.

        Units that can only qualify are reserved first. Of those that can be both, the ones last in line for
        the benefit are reserved: those on which it saves nothing, then those at the end of the order. The
        offer applies as often as it saves something.
        """
        of_list = offer.base == "list"
        descending = self.order == "most_expensive_first"
        shared = set(roles[0]) & set(roles[1])
        qualifiers = prices.pool([row for row in roles[0] if row not in shared], of_list=of_list)
        targets = prices.pool(roles[1], descending=descending, of_list=of_list)
        gaining_first(targets, self.benefit, offer, prices)
        only = count(qualifiers)
        either = count(stock for stock in targets if stock.line in shared)
        times = _times(self, only, either, count(targets))
        if not times:
            return Claim(missing=_missing(self, only, either, count(targets)))
        if times > 1:
            gaining = [stock for stock in targets if gains(stock, self.benefit, offer, prices)]
            gaining_either = count(stock for stock in gaining if stock.line in shared)
            times = _gaining_times(self, times, only + either - gaining_either, count(gaining))
        reserved = prices.draw(qualifiers, min(times * self.buy_count, only), LIST_PRICE, offer.base)
        reserved += _reserve(targets, shared, times * self.buy_count - only)
        for take in reserved:
            take.needed = True
        takes = prices.draw(targets, times * self.get_count, self.benefit, offer.base)
        return Claim(takes=reserved + takes, times=times)

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other products."""
        return replace(self, buy=self.buy.narrowed(products), get=self.get.narrowed(products))


def _times(terms: BuyGetTerms, only: int, either: int, targets: int) -> int:
    """Return how many times the offer applies: there must be enough of each, and of both together."""
    times = min(
        (only + either) // terms.buy_count,
        targets // terms.get_count,
        (only + targets) // (terms.buy_count + terms.get_count),
    )
    return times if terms.max_times is None else min(times, terms.max_times)


def _gaining_times(terms: BuyGetTerms, times: int, others: int, gaining: int) -> int:
    """Return how many of the times save something, at least 1.

    `gaining` units can get the benefit and save something by it. They are reserved as qualifiers only where
    the `others`, which can only qualify or save nothing, do not suffice.
    """
    while times > 1:
        left = gaining - max(times * terms.buy_count - others, 0)
        if left > (times - 1) * terms.get_count:
            break
        times -= 1
    return times


def _reserve(targets: list[Stock], shared: set[int], lacking: int) -> list[Take]:
    """Reserve qualifiers among the targets, starting with those last in line for the benefit."""
    reserved = []
    for stock in reversed(targets):
        if lacking > 0 and stock.line in shared:
            units = min(lacking, stock.quantity)
            reserved.append(Take(stock.line, stock.run, units))
            stock.quantity -= units
            lacking -= units
    targets[:] = [stock for stock in targets if stock.quantity]
    return reserved


def _missing(terms: BuyGetTerms, only: int, either: int, targets: int) -> tuple[Missing, ...]:
    """Return the fewest units of `buy`, then of `get`, with which the offer applies once.

    Where both are the same products, the units are counted together.
    """
    buy = max(terms.buy_count - only - either, 0)
    # What is left of the units that can be both, once the qualifiers are reserved.
    left = targets - max(terms.buy_count - only, 0) if not buy else targets - either
    get = max(terms.get_count - left, 0)
    if buy and terms.buy == terms.get:
        return (Missing("units", buy + get, terms.buy),)
    missing = []
    if buy:
        missing.append(Missing("units", buy, terms.buy))
    if get:
        missing.append(Missing("units", get, terms.get))
    return tuple(missing)
