"""The sales facts of one product, shown with its partners."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from catalog.models import PriceChange, Product
from catalog.services.amounts import money
from offers.models import Generation, ProductFacts

SHOWN_PRICES = 6


@dataclass(frozen=True, slots=True)
class Price:
    """A price and the moment from which it held."""

    amount: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ProductCard:
    """What the page shows above the partners."""

    facts: ProductFacts | None
    price: str
    prices: list[Price]  # the newest first, the present one among them
    unsold_days: int | None  # days from the last sale to the newest order, None where it never sold


def read_product_card(product: Product, generation: Generation | None) -> ProductCard:
    """Return the facts and the last prices of a product; 2 queries."""
    facts = ProductFacts.objects.filter(product=product).first()
    changes = PriceChange.objects.filter(product=product).order_by("-changed_at", "-pk")[:SHOWN_PRICES]
    return ProductCard(
        facts=facts,
        price=money(product.price_minor, product.currency),
        prices=[Price(money(row.price_minor, row.currency), row.changed_at) for row in changes],
        unsold_days=_unsold_days(facts.last_sold_date if facts else None, generation),
    )


def _unsold_days(last_sold: date | None, generation: Generation | None) -> int | None:
    """Return the days since the last sale, as the orders that were learned from tell them."""
    if last_sold is None or generation is None or generation.data_until is None:
        return None
    return max((localdate(generation.data_until) - last_sold).days, 0)
