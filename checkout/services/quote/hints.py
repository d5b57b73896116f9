"""Which offers a quote may hint at: those whose missing products may be proposed to the shopper.

A hint asks the shopper to buy more. What keeps products from being proposed in every placement keeps a hint
back too: what the shopper refused, what the shop never proposes, and restricted goods that the shopper may
not have. What is excluded in single placements does not, because a quote knows no placement.
"""

from collections.abc import Callable, Iterable
from typing import Final

from engine.pricing import Missing, Selector
from engine.snapshot.exclusions import NEVER
from engine.snapshot.reader import Snapshot
from offers.services.customer import OwnAttributes
from offers.services.restraint.refusals import Refused

UNKNOWN: Final = -1


class Hints:
    """Tells which offers a quote hints at; `own` reads the attributes, for restricted goods only."""

    def __init__(self, *, snapshot: Snapshot, refused: Refused, own: Callable[[], OwnAttributes]) -> None:
        self._snapshot, self._refused, self._own = snapshot, refused, own
        self._levels = snapshot.exclusions.everywhere
        self._lacking: frozenset[int] | None = None

    def allows(self, offer: int, missing: Iterable[Missing]) -> bool:
        """Tell whether the shopper may be told that this is missing for an offer, by primary key."""
        refused, record = self._refused, self._snapshot.pricing.offers[offer]
        if refused.everything or record.kind in refused.kinds:
            return False
        if self._snapshot.pricing.offer_code(offer) in refused.offers | refused.put_off:
            return False
        gift = None if record.pricing is None else record.pricing.terms.gift
        if gift is not None and not self._may_be_proposed(gift.product.id):
            return False
        return all(self._is_open(one.products) for one in missing)

    def _is_open(self, selector: Selector) -> bool:
        """Tell whether one of the products may be proposed; an offer for nothing is left to pricing."""
        if selector.everything or not (selector.products or selector.categories):
            return True
        return any(map(self._may_be_proposed, selector.products)) or any(
            map(self._is_category_open, selector.categories)
        )

    def _is_category_open(self, category: int) -> bool:
        """Tell whether the shopper refused neither a category, by primary key, nor one above it."""
        return self._refused.categories.isdisjoint(map(str, self._snapshot.categories_above(category)))

    def _may_be_proposed(self, product: int) -> bool:
        """Tell whether a hand-picked product, by primary key, may be proposed to the shopper."""
        snapshot, refused = self._snapshot, self._refused
        row = snapshot.products.find_pk(product)
        if row == UNKNOWN:
            return True
        if snapshot.products.sku[row] in refused.products:
            return False
        if self._levels is not None and self._levels[row] == NEVER:
            return False
        needed = snapshot.restrictions.set_of[row]
        if needed and needed in self._lacking_sets():
            return False
        category = snapshot.products.category[row]
        return category == UNKNOWN or self._is_category_open(snapshot.category_pk[category])

    def _lacking_sets(self) -> frozenset[int]:
        """Return the sets of attributes that offers may not count on; read once."""
        if self._lacking is None:
            own = self._own()
            self._lacking = self._snapshot.restrictions.unmet(own.values if own.is_personalised else {})
        return self._lacking
