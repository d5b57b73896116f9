"""A proposed product and an amount, as the API answers them."""

from functools import lru_cache

from catalog.money import to_major
from offers.api.shapes.offer import OfferedProduct
from offers.api.shapes.types import Money
from offers.decision.types import ProposedProduct


def render_product(product: ProposedProduct, currency: str) -> OfferedProduct:
    """Return a product with its list price and its share of the offer's."""
    return OfferedProduct(
        sku=product.sku,
        name=product.name,
        quantity=product.quantity,
        image_url=product.image_url,
        page_url=product.page_url,
        price=money(product.price_minor, currency),
        offer_price=money(product.offer_minor, currency),
    )


@lru_cache(maxsize=16_384)
def money(minor: int, currency: str) -> Money:
    """Return an amount as it goes over the wire; an answer names the same one many times."""
    return Money(to_major(minor, currency), currency)
