"""What offers still have to give. A quote looks without locking; redeeming makes sure."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from catalog.database.bulk import among
from catalog.models import Product
from checkout.models import CustomerUsage
from engine.pricing import PricedCart
from offers.models import Offer

_COLUMNS = ("pk", "usage_limit", "budget_minor", "customer_usage_limit")
_USED = ("usage__used_count", "usage__spent_minor")


class Limits(Struct):
    """What is left of uses, budgets (minor units) and a customer's uses, by offer; no entry: no limit.

    `for_known` are the offers whose uses a customer are counted, asked for by somebody without a name.
    """

    uses: dict[int, int]
    budgets: dict[int, int]
    for_known: set[int]

    def spent(self, priced: PricedCart) -> set[int]:
        """Return the offers that have nothing left, or less than this cart would take."""
        gone = {offer for offer, left in self.uses.items() if left <= 0}
        gone |= {offer for offer, left in self.budgets.items() if left <= 0}
        for offer, outcome in priced.outcomes.items():
            if outcome.status == "applied" and outcome.discount_minor > self.budgets.get(
                offer, outcome.discount_minor
            ):
                gone.add(offer)
        return gone | _without_gift(priced)


def load_limits(*, offers: Collection[int], customer: str | None) -> Limits:
    """Return what is left of these offers, by two queries at most.

    `customer` is the shop's own id; one never seen before has all their uses left.
    """
    limits = Limits({}, {}, set())
    if not offers:
        return limits
    own: dict[int, int] = {}
    rows = Offer.objects.filter(among("pk", offers)).values_list(*_COLUMNS, *_USED)
    for offer, usage_limit, budget, customer_limit, used, spent in rows:
        if usage_limit is not None:
            limits.uses[offer] = usage_limit - (used or 0)
        if budget is not None:
            limits.budgets[offer] = budget - (spent or 0)
        if customer_limit is not None:
            own[offer] = customer_limit
    if customer is None:
        limits.for_known = set(own)
    elif own:
        _count_own(limits, own, customer)
    return limits


def _count_own(limits: Limits, own: dict[int, int], customer: str) -> None:
    rows = CustomerUsage.objects.filter(among("offer_id", own), customer__external_id=customer)
    used = dict(rows.values_list("offer_id", "used_count"))
    for offer, limit in own.items():
        left = limit - used.get(offer, 0)
        limits.uses[offer] = min(left, limits.uses.get(offer, left))


def _without_gift(priced: PricedCart) -> set[int]:
    """Return the offers whose gift is not in stock, one after the other in the order of the lines."""
    gifts = [line for line in priced.lines if line.gift_of is not None]
    if not gifts:
        return set()
    stock = _stock_of(line.product for line in gifts)
    lacking = set()
    for line in gifts:
        left = stock.get(line.product, 0)
        if left is None:
            continue
        if left < line.quantity and line.gift_of is not None:
            lacking.add(line.gift_of)
        else:
            stock[line.product] = left - line.quantity
    return lacking


def _stock_of(products: Iterable[int]) -> dict[int, int | None]:
    """Return the stock of the products that are still there, None where it is not tracked."""
    return dict(Product.objects.filter(among("pk", set(products))).values_list("pk", "stock"))
