"""Products as the page needs them."""

from typing import Any

from django.db.models import QuerySet

from catalog.models import Product
from catalog.services.tax_mode import TaxMode
from engine.money import to_major


def visible_products() -> QuerySet[Product]:
    """Return the sellable products with their categories."""
    return Product.objects.sellable().select_related("category")


def as_dict(product: Product, mode: TaxMode) -> dict[str, Any]:
    """Return a product as JSON, with its price as the shop shows it."""
    amount = to_major(mode.price_of(product), product.currency)
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category.path if product.category else "",
        "price": {"amount": amount, "currency": product.currency},
    }
