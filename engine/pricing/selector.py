"""Which products an offer looks at."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.cart import PricingProduct

# No row has this primary key: a selector that names it selects nothing, one that names nothing everything.
NOBODY: Final = frozenset([0])


class Selector(Struct, frozen=True):
    """The products an offer looks at: those named and those in a named category; none named, all."""

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()

    def sees(self, product: PricingProduct) -> bool:
        """Tell whether the product is among those selected."""
        if not self.products and not self.categories:
            return True
        return product.id in self.products or not self.categories.isdisjoint(product.categories)

    def narrowed(self, products: frozenset[int]) -> "Selector":
        """Return the selector without the named products that are not among these.

        Categories stay: a quantity discount counts by those that it names.
        """
        return replace(self, products=only_of(self.products, products)) if self.products else self


EVERYTHING: Final = Selector()
# In place of a selector: the role is filled with the lines of what the shopper accepted.
ACCEPTED: Final = None


def only_of(named: frozenset[int], products: frozenset[int]) -> frozenset[int]:
    """Return the named products that are among these, NOBODY where none is."""
    return named & products or NOBODY
