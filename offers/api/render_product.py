"""A proposed product in an API response."""

from engine.decision.types import ProposedProduct
from gateway.api.render import money
from offers.api.shapes.proposal import OfferedProduct


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
