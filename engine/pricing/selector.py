"""Which products an offer looks at."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.pricing.cart import PricingProduct

# No row has this primary key: it is in place of a product where a set of products must not be empty.
NOBODY: Final = frozenset([0])


class Selector(Struct, frozen=True):
    """The products an offer looks at: those named and those in a named category, or `everything`.

    One that names nothing selects nothing: what it named may be gone from the catalogue.
    """

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    everything: bool = False

    def sees(self, product: PricingProduct) -> bool:
        """Tell whether the product is among those selected."""
        return (
            self.everything
            or product.id in self.products
            or not self.categories.isdisjoint(product.categories)
        )

    def narrowed(self, products: frozenset[int]) -> "Selector":
        """Return the selector without the named products that are not among these.

        Categories stay: a quantity discount counts by those that it names.
        """
        return replace(self, products=self.products & products) if self.products else self


EVERYTHING: Final = Selector(everything=True)
NOTHING: Final = Selector()
# In place of a selector: the role is filled with the lines of what the shopper accepted.
ACCEPTED: Final = None


def only_of(named: frozenset[int], products: frozenset[int]) -> frozenset[int]:
    """Return the named products that are among these, NOBODY where none is."""
    return named & products or NOBODY
