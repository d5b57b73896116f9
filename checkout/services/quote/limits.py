"""What is left of the offers' limits. A quote reads them without a lock; redeeming checks again."""

from collections.abc import Collection, Mapping

from catalog.database.bulk import among
from catalog.models import Product
from checkout.models import CustomerUsage, OfferUsage
from engine.conditions import UsageLimits
from engine.conditions.circumstances import Used
from engine.pricing import PricedCart
from engine.pricing.settle import Limits, gifts_out_of_stock
from engine.snapshot.records import OfferRecord
from offers.models import Customer


class StoredLimits:
    """What is left of the limits of the offers on a cart, loaded once for each offer by two queries at most.

    `offers` are those of the snapshot by primary key. `customer` is the shop's own id; a new customer has all
    uses left. A price may bring offers that an earlier one did not: an exchange is undone if its offer turns
    out to be used up.
    """

    def __init__(self, offers: Mapping[int, OfferRecord], customer: str | None) -> None:
        self._offers, self._customer = offers, customer
        self._seen: set[int] = set()
        self._limits: dict[int, UsageLimits] = {}
        self._used: dict[int, Used] = {}
        self._own_uses: dict[int, int] = {}

    def spent(self, priced: PricedCart) -> set[int]:
        """Return the offers that are used up, or have less left than this cart would take."""
        self._load(priced.outcomes.keys() - self._seen)
        return Limits(self._limits, self._used, self._own_uses).spent(priced)

    def _load(self, offers: Collection[int]) -> None:
        self._seen.update(offers)
        limits = {
            offer: one for offer in offers if (one := self._offers[offer].condition(UsageLimits)) is not None
        }
        if not limits:
            return
        self._limits |= limits
        rows = OfferUsage.objects.filter(among("offer_id", limits))
        columns = rows.values_list("offer_id", "used_count", "spent_minor")
        self._used |= {offer: Used(uses, spent) for offer, uses, spent in columns}
        self._own_uses |= _own_uses(limits, self._customer)


def _own_uses(limits: Mapping[int, UsageLimits], customer: str | None) -> dict[int, int]:
    """Return how often this customer used each of the offers that limit the uses of a customer."""
    counted = [offer for offer, one in limits.items() if one.uses_per_customer is not None]
    if customer is None or not counted:
        return {}
    rows = CustomerUsage.objects.filter(
        among("offer_id", counted), customer__in=Customer.objects.known_as(customer)
    )
    return dict(rows.values_list("offer_id", "used_count"))


def gifts_sold_out(priced: PricedCart) -> set[int]:
    """Return the offers whose gift is out of stock."""
    gifts = {line.product for line in priced.lines if line.gift_of is not None}
    return gifts_out_of_stock(priced, _stock_of(gifts)) if gifts else set()


def _stock_of(products: Collection[int]) -> dict[int, int | None]:
    """Return the stock of the products that are still there, None where it is not tracked."""
    return dict(Product.objects.filter(among("pk", products)).values_list("pk", "stock"))
