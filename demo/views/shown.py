"""Products as the page shows them."""

from typing import Any

from django.db.models import QuerySet

from catalog.models import Product
from engine.money import to_major


def visible_products() -> QuerySet[Product]:
    """Return what can be bought, with categories."""
    return Product.objects.sellable().select_related("category")


def as_dict(product: Product) -> dict[str, Any]:
    """Return a product as JSON."""
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category.path if product.category else "",
        "price": {"amount": to_major(product.price_minor, product.currency), "currency": product.currency},
    }
