"""A small shop with orders, for tests of recomputes."""

from datetime import UTC, datetime, timedelta

from catalog.models import Category, Product
from checkout.models import Order, OrderLine
from offers.models import Customer

OPENED_AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def create_product(sku: str, category: Category | None = None) -> Product:
    return Product.objects.create(
        sku=sku, name=sku.title(), category=category, currency="JPY", price_minor=500
    )


def place_order(*products: Product, day: int = 0, customer: Customer | None = None) -> Order:
    order = Order.objects.create(
        order_id=f"o-{Order.objects.count() + 1}",
        customer=customer,
        placed_at=OPENED_AT + timedelta(days=day),
        currency="JPY",
    )
    for position, product in enumerate(products, 1):
        OrderLine.objects.create(
            order=order, position=position, product=product, quantity=1, unit_price_minor=500
        )
    return order


def open_shop() -> tuple[Product, Product, Product]:
    """Create two orders of tea with cups by Aki, and an anonymous order of a pot."""
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    tea, cup, pot = create_product("tea", drinks), create_product("cup"), create_product("pot")
    aki = Customer.objects.create(external_id="aki")
    place_order(tea, cup, customer=aki)
    place_order(tea, cup, customer=aki, day=2)
    place_order(pot, day=3)
    return tea, cup, pot
