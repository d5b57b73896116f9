"""Products as the pricing core sees them."""

from collections.abc import Collection, Mapping

from catalog.models import Category, Product
from catalog.services.tax_mode import shop_tax_mode
from engine.pricing import PricingProduct


def load_pricing_products(*, pks: Collection[int]) -> dict[int, tuple[PricingProduct, str]]:
    """Return the products with these primary keys that are still there, each with its currency.

    Prices are as the shop shows them. It takes three queries; for no products none.
    """
    if not pks:
        return {}
    mode = shop_tax_mode()
    parents: dict[int, int | None] = dict(Category.objects.values_list("pk", "parent_id"))
    table = Product.objects.filter(pk__in=pks).values_list(
        "pk", "price_minor", "category_id", "tax_rate_bp", "is_tax_included", "cost_minor", "currency"
    )
    return {
        pk: (
            PricingProduct(
                pk,
                mode.convert(price, tax_rate, tax_included=tax_included),
                chain_of(category, parents),
                tax_rate,
                cost,
            ),
            currency,
        )
        for pk, price, category, tax_rate, tax_included, cost, currency in table
    }


def chain_of(category: int | None, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """Return the category and all above it; a cycle is followed only once."""
    chain: list[int] = []
    while category is not None and category not in chain:
        chain.append(category)
        category = parents.get(category)
    return tuple(chain)
