"""What is left of the offers' limits. A quote reads them without a lock; redeeming checks again."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from catalog.database.bulk import among
from catalog.models import Product
from checkout.models import CustomerUsage, OfferUsage
from engine.conditions import UsageLimits
from engine.conditions.circumstances import Used
from engine.pricing import PricedCart
from engine.snapshot.records import OfferRecord


class Limits(Struct):
    """The limits of some offers, and what is used of them."""

    limits: dict[int, UsageLimits]
    used: dict[int, Used]

    @property
    def by_customer(self) -> set[int]:
        """Return the offers that limit the uses of each customer: they need a shopper who is known."""
        return {offer for offer, one in self.limits.items() if one.uses_per_customer is not None}

    def spent(self, priced: PricedCart) -> set[int]:
        """Return the offers that are used up, or have less left than this cart would take."""
        spent = set()
        for offer, limits in self.limits.items():
            outcome = priced.outcome_of(offer)
            discount_minor = outcome.discount_minor if outcome.status == "applied" else 0
            if not limits.allows(self.used[offer], discount_minor):
                spent.add(offer)
        return spent


def load_limits(*, offers: Iterable[OfferRecord], customer: str | None) -> Limits:
    """Return what is used of these offers' limits, by two queries at most.

    `customer` is the shop's own id; a new customer has all uses left.
    """
    limits = {record.id: one for record in offers if (one := record.condition(UsageLimits)) is not None}
    if not limits:
        return Limits({}, {})
    rows = OfferUsage.objects.filter(among("offer_id", limits))
    columns = rows.values_list("offer_id", "used_count", "spent_minor")
    counters = {offer: (uses, spent) for offer, uses, spent in columns}
    own = _own_uses(limits, customer)
    used = {offer: Used(*counters.get(offer, (0, 0)), own.get(offer, 0)) for offer in limits}
    return Limits(limits, used)


def _own_uses(limits: Mapping[int, UsageLimits], customer: str | None) -> dict[int, int]:
    """Return how often this customer used each of the offers that limit the uses of a customer."""
    counted = [offer for offer, one in limits.items() if one.uses_per_customer is not None]
    if customer is None or not counted:
        return {}
    rows = CustomerUsage.objects.filter(among("offer_id", counted), customer__external_id=customer)
    return dict(rows.values_list("offer_id", "used_count"))


def gifts_sold_out(priced: PricedCart) -> set[int]:
    """Return the offers whose gift is out of stock; lines take from the stock in their order."""
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
