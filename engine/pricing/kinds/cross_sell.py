"""Cross-sell: a benefit on one product while another is in the cart."""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.claim import Claim, Missing
from engine.pricing.gains import gaining_first
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.running_prices import RunningPrices, Stock, count
from engine.pricing.selector import ACCEPTED, Selector


class CrossSellTerms(Terms, Struct, frozen=True, tag="cross_sell"):
    """The benefit on `target` while the cart holds `trigger_count` other units of `trigger`.

    Without a trigger the benefit always holds. `max_units` of the target get it (None: all), the
    cheapest first of those that it makes cheaper. `by_acceptance` the target is what the shopper accepted,
    as many units of each product as were accepted.
    """

    target: Selector
    benefit: Benefit = LIST_PRICE
    trigger: Selector | None = None
    trigger_count: int = 1
    max_units: int | None = None
    by_acceptance: bool = False

    only_counts_second = True
    stays_idle = True
    ignores_taken = True

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        """Return the target, and the trigger if there is one."""
        target = ACCEPTED if self.by_acceptance else self.target
        return (target,) if self.trigger is None else (target, self.trigger)

    @property
    def needs_one_of_second(self) -> bool:
        """Tell whether one trigger suffices."""
        return self.trigger_count == 1

    @property
    def changes_prices(self) -> bool:
        """Tell whether there is a benefit."""
        return self.benefit.kind != "none"

    @property
    def missing_alone(self) -> tuple[Missing | None, Missing | None]:
        """Return that the trigger is missing beside the target, or the target beside the trigger."""
        if self.trigger is None or self.trigger_count > 1:
            return None, None
        return Missing("units", 1, self.trigger), Missing("units", 1, self.target)

    def claim(self, offer: PricingOffer, roles: Roles, lines: CanonicalLines, prices: RunningPrices) -> Claim:
        """Claim the benefit on the target's free units; triggers are counted, not taken.

        A unit that is both trigger and target is set aside as trigger only where other triggers do not
        suffice: first those on which the benefit saves nothing, then the most expensive. By acceptance the
        target is the units that were accepted.
        """
        targets = prices.pool(roles[0], of_list=offer.base == "list")
        if self.trigger is not None or self.max_units is not None or self.by_acceptance:
            gaining_first(targets, self.benefit, offer, prices)
        missing = _set_triggers_aside(self, roles, prices, targets)
        accepted = lines.accepted.get(offer.id, {}) if self.by_acceptance else {}
        if self.by_acceptance:
            targets = _accepted_only(targets, prices, accepted)
        units = count(targets)
        if not units:
            target = Selector(frozenset(accepted)) if self.by_acceptance else self.target
            missing = (*missing, Missing("units", 1, target))
        if missing:
            return Claim(missing=missing)
        if self.benefit.kind == "none":
            return Claim(at_list=True)
        most = units if self.max_units is None else min(self.max_units, units)
        return Claim(takes=prices.draw(targets, most, self.benefit, offer.base))

    def narrowed(self, products: frozenset[int]) -> Self:
        """Return the terms without other targets and triggers."""
        trigger = None if self.trigger is None else self.trigger.narrowed(products)
        return replace(self, target=self.target.narrowed(products), trigger=trigger)


def _accepted_only(targets: list[Stock], prices: RunningPrices, accepted: Mapping[int, int]) -> list[Stock]:
    """Leave as many units of each product as were accepted, the cheapest first."""
    left = dict(accepted)
    for stock in targets:
        product = prices.lines[stock.line].product.id
        stock.quantity = min(stock.quantity, left.get(product, 0))
        left[product] = left.get(product, 0) - stock.quantity
    return [stock for stock in targets if stock.quantity]


def _set_triggers_aside(
    terms: CrossSellTerms, roles: Roles, prices: RunningPrices, targets: list[Stock]
) -> tuple[Missing, ...]:
    """Take the units that are needed as triggers out of the targets; return what is missing of them."""
    if terms.trigger is None:
        return ()
    lines = prices.lines
    both = set(roles[0])
    lacking = terms.trigger_count - sum(lines[row].quantity for row in roles[1] if row not in both)
    if lacking <= 0:
        return ()
    shared = set(roles[1]) & both
    for stock in reversed([stock for stock in targets if stock.line in shared]):
        aside = min(lacking, stock.quantity)
        stock.quantity -= aside
        lacking -= aside
    targets[:] = [stock for stock in targets if stock.quantity]
    return (Missing("units", lacking, terms.trigger),) if lacking else ()
