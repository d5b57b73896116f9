"""What a snapshot knows of prices: its offers and products as the pricing core sees them.

Ids are primary keys here, not rows: a quote outlives the snapshot that it was made with.
"""

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Struct

from engine import pricing
from engine.snapshot.columns import Blobs, Lists, Texts, Views

UNKNOWN_COST: Final = -1
# So many products are kept as structs by each worker, about 5 MB where all are asked for.
_REMEMBERED: Final = 16_384


class Gate(Struct, frozen=True):
    """What decides, besides the cart, whether an offer applies, and what belongs to its terms.

    It asks for one of `codes` where `needs_code`; all of them may be switched off. `is_limited` says
    that uses or a budget are counted. `reduced_at` is when its price began to hold, in seconds since
    1970-01-01 UTC.
    """

    version: int = 1
    audience: str = "everyone"
    min_subtotal_minor: int | None = None
    codes: frozenset[str] = frozenset()
    needs_code: bool = False
    needs_acceptance: bool = False
    is_limited: bool = False
    refund_policy: str = "keep"
    reduced_at: int = 0


class PricedOffer(Struct, frozen=True):
    """An offer as a snapshot keeps it: its gate and, if it can apply to anything, its terms."""

    gate: Gate = Gate()
    offer: pricing.Offer | None = None


# An offer that no cart can have.
UNPRICED: Final = PricedOffer()

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(PricedOffer)


def encode_priced_offer(offer: PricedOffer) -> bytes:
    """Return the bytes that a `PricingBook` decodes."""
    return _encoder.encode(offer)


class PricingBook:
    """The offers and products of one snapshot, for pricing carts; safe to share between threads.

    Each is decoded when it is asked for. What is worked out twice at once comes out equal; only the
    index of all offers takes a lock, because it takes a while.
    """

    def __init__(self, manifest: Mapping[str, Any], views: Views) -> None:
        self.timeless_rules = msgspec.convert(manifest["rules"], pricing.Rules)
        self._offer_pks: memoryview[int] = views["offer.pk"]
        self._is_active: memoryview[int] = views["offer.is_active"]
        self._codes = Texts(views, "offer.code")
        self._blobs = Blobs(views, "offer.priced")
        self._decoded: dict[int, PricedOffer] = {}
        self._led_to: dict[frozenset[int], frozenset[int]] = {}
        self._alone: dict[int, pricing.OfferIndex] = {}
        self._shelf = Shelf(views)
        self._lock = threading.Lock()

    @property
    def index(self) -> pricing.OfferIndex:
        """Return all active offers that can apply to something, whatever their period; built once."""
        with self._lock:
            return self._index

    def rules(self, at: datetime) -> pricing.Rules:
        """Return the shop's lanes and rounding, for the moment that is priced."""
        return msgspec.structs.replace(self.timeless_rules, at=at)

    def product(self, row: int) -> pricing.Product:
        """Return the product of a row of the snapshot."""
        return self._shelf[row]

    def is_tax_included(self, row: int) -> bool:
        """Tell whether the product's price includes its tax."""
        return self._shelf.is_tax_included(row)

    @cached_property
    def gates(self) -> Mapping[int, Gate]:
        """Return the gate of every active offer by its primary key."""
        return {self._offer_pks[row]: self.offer(row).gate for row in self._active_rows()}

    def offer(self, row: int) -> PricedOffer:
        """Return the offer of a row of the snapshot."""
        offer = self._decoded.get(row)
        if offer is None:
            offer = self._decoded[row] = self._sharing(_decoder.decode(self._blobs[row]))
        return offer

    def _sharing(self, offer: PricedOffer) -> PricedOffer:
        """Return the offer with the set of products that other upgrades lead to as well, held once.

        All upgrades by ladders lead to the same products; a thousand of them take 65 kB.
        """
        priced = offer.offer
        if priced is None or not isinstance(priced.terms, pricing.UpgradeTerms):
            return offer
        products = self._led_to.setdefault(priced.terms.products, priced.terms.products)
        terms = msgspec.structs.replace(priced.terms, products=products)
        return msgspec.structs.replace(offer, offer=msgspec.structs.replace(priced, terms=terms))

    def alone(self, row: int) -> pricing.OfferIndex:
        """Return the index of one offer, as if there were no other."""
        index = self._alone.get(row)
        if index is None:
            offer = self.offer(row).offer
            index = self._alone[row] = pricing.OfferIndex([] if offer is None else [offer])
        return index

    def offer_pk(self, row: int) -> int:
        """Return the primary key of the offer of a row."""
        return self._offer_pks[row]

    def offer_code(self, pk: int) -> str | None:
        """Return the code of an active offer, None where there is no such offer."""
        row = self._row_by_pk.get(pk)
        return None if row is None else self._codes[row]

    def _active_rows(self) -> list[int]:
        return [row for row in range(len(self._offer_pks)) if self._is_active[row]]

    @cached_property
    def _row_by_pk(self) -> dict[int, int]:
        return {self._offer_pks[row]: row for row in self._active_rows()}

    @cached_property
    def _index(self) -> pricing.OfferIndex:
        offers = (self.offer(row).offer for row in self._active_rows())
        return pricing.OfferIndex(offer for offer in offers if offer is not None)


class Shelf:
    """The products of a snapshot by row, as the pricing core sees them."""

    def __init__(self, views: Views) -> None:
        self._pk, self._price = views["product.pk"], views["product.price"]
        self._cost, self._tax_rate = views["product.cost"], views["product.tax_rate"]
        self._is_tax_included = views["product.is_tax_included"]
        self._category, self._category_pk = views["product.category"], views["category.pk"]
        self._chains = Lists(views, "category.chain")
        self._products: dict[int, pricing.Product] = {}

    def __getitem__(self, row: int) -> pricing.Product:
        product = self._products.get(row)
        if product is None:
            if len(self._products) >= _REMEMBERED:
                self._products.clear()
            product = self._products[row] = self._read(row)
        return product

    def is_tax_included(self, row: int) -> bool:
        """Tell whether the product's price includes its tax."""
        return bool(self._is_tax_included[row])

    def _read(self, row: int) -> pricing.Product:
        category, cost = self._category[row], self._cost[row]
        chain = self._chains[category] if category >= 0 else ()
        return pricing.Product(
            id=self._pk[row],
            list_minor=self._price[row],
            categories=tuple(self._category_pk[step] for step in chain),
            tax_basis_points=self._tax_rate[row],
            cost_minor=None if cost == UNKNOWN_COST else cost,
        )
