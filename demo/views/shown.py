"""Products as the page needs them."""

from typing import Any

from django.db.models import QuerySet

from catalog.models import Product
from engine.money import to_major


def visible_products() -> QuerySet[Product]:
    """Return the sellable products with their categories."""
    return Product.objects.sellable().select_related("category")


def as_dict(product: Product) -> dict[str, Any]:
    """Return a product as JSON."""
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category.path if product.category else "",
        "price": {"amount": to_major(product.price_minor, product.currency), "currency": product.currency},
    }
