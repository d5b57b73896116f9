"""What a snapshot knows of prices: its offers and products as the pricing core sees them.

Ids are primary keys here, not rows: a quote outlives the snapshot that it was made with.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec

from engine.pricing import OfferIndex, PricingProduct, Rules
from engine.pricing.tax import price_in_mode
from engine.snapshot.columns import Lists, Views
from engine.snapshot.records import OfferRecord, OfferTable

UNKNOWN_COST: Final = -1
# Each worker keeps this many products as structs: about 5 MB.
_REMEMBERED: Final = 16_384


class PricingTable:
    """The offers and products of one snapshot, for pricing carts; safe to share between threads.

    Each is decoded on first use. Two threads may decode the same one at once, with equal results; only the
    index of all offers takes a lock, because building it takes longer.
    """

    def __init__(self, manifest: Mapping[str, Any], views: Views, offers: OfferTable) -> None:
        self.timeless_rules = msgspec.convert(manifest["rules"], Rules)
        self._offers = offers
        self._is_active: memoryview[int] = views["offer.is_active"]
        self._alone: dict[int, OfferIndex] = {}
        self._products = PricingProducts(views)
        # Asked so often for the product of a row that one call more would be noticed.
        self.product: Callable[[int], PricingProduct] = self._products.__getitem__
        self._lock = threading.Lock()

    @property
    def index(self) -> OfferIndex:
        """Return all active offers that can apply to something, whatever their period; built once."""
        known: OfferIndex | None = self.__dict__.get("_index")
        if known is not None:
            return known
        with self._lock:
            return self._index

    def rules(self, at: datetime) -> Rules:
        """Return the shop's lanes and rounding, for the moment that is priced."""
        return msgspec.structs.replace(self.timeless_rules, at=at)

    @property
    def tax_included(self) -> bool:
        """Tell whether all prices include tax."""
        return self.timeless_rules.tax_included

    def in_shop_mode(self, row: int, price_minor: int) -> int:
        """Return a price of the product from the catalogue as the shop shows it."""
        return price_in_mode(
            price_minor,
            self._products.tax_rate(row),
            tax_included=self._products.is_tax_included(row),
            wanted=self.tax_included,
            mode=self.timeless_rules.rounding_mode,
        )

    @cached_property
    def offers(self) -> Mapping[int, OfferRecord]:
        """Return every active offer by its primary key."""
        active = (self._offers[row] for row, is_active in enumerate(self._is_active) if is_active)
        return {record.id: record for record in active}

    def offer_code(self, pk: int) -> str | None:
        """Return the code of an active offer, None where there is no such offer."""
        record = self.offers.get(pk)
        return None if record is None else record.code

    def alone(self, row: int) -> OfferIndex:
        """Return the index of one offer, as if there were no other."""
        index = self._alone.get(row)
        if index is None:
            offer = self._offers[row].pricing
            index = self._alone[row] = OfferIndex([] if offer is None else [offer])
        return index

    @cached_property
    def _index(self) -> OfferIndex:
        offers = (record.pricing for record in self.offers.values())
        return OfferIndex(offer for offer in offers if offer is not None)


class PricingProducts:
    """The products of a snapshot by row, as the pricing core sees them."""

    def __init__(self, views: Views) -> None:
        self._pk, self._price = views["product.pk"], views["product.price"]
        self._cost, self._tax_rate = views["product.cost"], views["product.tax_rate"]
        self._is_tax_included = views["product.is_tax_included"]
        self._category, self._category_pk = views["product.category"], views["category.pk"]
        self._chains = Lists(views, "category.chain")
        self._read_before: dict[int, PricingProduct] = {}

    def __getitem__(self, row: int) -> PricingProduct:
        product = self._read_before.get(row)
        if product is None:
            if len(self._read_before) >= _REMEMBERED:
                self._read_before.clear()
            product = self._read_before[row] = self._read(row)
        return product

    def is_tax_included(self, row: int) -> bool:
        """Tell whether the product's price in the catalogue includes its tax."""
        return bool(self._is_tax_included[row])

    def tax_rate(self, row: int) -> int:
        """Return the product's tax rate in basis points."""
        return int(self._tax_rate[row])

    def _read(self, row: int) -> PricingProduct:
        category, cost = self._category[row], self._cost[row]
        chain = self._chains[category] if category >= 0 else ()
        return PricingProduct(
            id=self._pk[row],
            list_minor=self._price[row],
            categories=tuple(self._category_pk[step] for step in chain),
            tax_basis_points=self._tax_rate[row],
            cost_minor=None if cost == UNKNOWN_COST else cost,
        )
