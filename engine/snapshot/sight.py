"""Which offers look at a product, found once and remembered."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from engine.conditions.tree.leaf import Name
from engine.pricing import PricingProduct
from engine.snapshot.columns import Views
from engine.snapshot.conditions import TriggerIndex
from engine.snapshot.offer_sets import OfferSets
from engine.snapshot.pricing import PricingTable

# Each worker keeps the offers that name a product for this many products: at 10,000 offers, 20 MB.
_REMEMBERED: Final = 4096


class Sight(NamedTuple):
    """The offers that look at some products.

    They see one of them in their `first` or `second` role, its price may matter to them (`priced`), it is
    their trigger, or one more of it may be `closing` them.
    """

    first: int
    second: int
    priced: int
    triggered: int
    closing: int

    def joined(self, other: "Sight") -> "Sight":
        """Return the offers that look at the products of either."""
        return Sight(
            self.first | other.first,
            self.second | other.second,
            self.priced | other.priced,
            self.triggered | other.triggered,
            self.closing | other.closing,
        )


NO_SIGHT: Final = Sight(0, 0, 0, 0, 0)


class Sights:
    """What the offers look at, by the row of a product."""

    def __init__(self, views: Views, triggers: TriggerIndex, pricing: PricingTable, sets: OfferSets) -> None:
        self._triggers, self._pricing, self._sets = triggers, pricing, sets
        self._pk, self._category_of = np.asarray(views["product.pk"]), views["product.category"]
        self._by_product: dict[int, Sight] = {}
        self._by_category: dict[int, Sight] = {}

    def of_all(self, products: Iterable[int]) -> Sight:
        """Return the offers that look at one of the products."""
        sight: Sight | None = None
        for product in products:
            own = self.of(product)
            sight = own if sight is None else sight.joined(own)
        return NO_SIGHT if sight is None else sight

    def seeing_one(self, units: Mapping[int, int]) -> int:
        """Return the offers that see exactly one of the units, in whatever role."""
        once = more = 0
        for product, count in units.items():
            sight = self.of(product)
            seen = sight.first | sight.second
            more |= once & seen if count == 1 else seen
            once |= seen
        return once & ~more

    def of(self, product: int) -> Sight:
        """Return the offers that look at the product of a row.

        The products of a category that no offer names have one sight.
        """
        sight = self._by_product.get(product)
        if sight is None and product not in self._named:
            sight = self._by_category.get(self._category_of[product])
        return self._look_at(product) if sight is None else sight

    def _look_at(self, product: int) -> Sight:
        """Return the offers that look at a product, found by all that they may name of it; remember them."""
        index, bits_of, facts = self._pricing.index, self._sets.bits_of, self._pricing.product(product)
        first, second = index.offers_that_see(facts)
        priced = [*first, *(one for one in second if not index.by_id[one].terms.only_counts_second)]
        triggered = self._triggers.triggered_by(product)
        sight = Sight(bits_of(first), bits_of(second), bits_of(priced), triggered, self._closed_by(facts))
        if product in self._named:
            if len(self._by_product) >= _REMEMBERED:
                self._by_product.clear()
            self._by_product[product] = sight
        else:
            self._by_category[self._category_of[product]] = sight
        return sight

    def _closed_by(self, product: PricingProduct) -> int:
        """Return the offers that one more unit of the product may close."""
        closed_by = self._sets.closed_by
        closing = self._sets.closed_by_any | closed_by.get(Name("product", product.id), 0)
        for category in product.categories:
            closing |= closed_by.get(Name("category", category), 0)
        return closing

    @cached_property
    def _named(self) -> frozenset[int]:
        """Return the products, by row, that an offer names itself, not only by a category."""
        closers = {name.key for name in self._sets.closed_by if name.kind == "product"}
        names = self._pricing.index.named_products | closers
        rows = np.flatnonzero(np.isin(self._pk, np.fromiter(names, np.int64, len(names))))
        return self._triggers.named_products().union(rows.tolist())
