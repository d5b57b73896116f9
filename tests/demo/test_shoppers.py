"""The demo's customers, and what the page shows about them."""

from datetime import date, timedelta

import numpy as np
import pytest

from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from demo.data.shoppers import Regular, pick_shoppers
from demo.services.shoppers import read_shoppers
from engine.learned.facts import COMFORT, DUE
from offers.models import Customer, CustomerFacts

PASTA, TEA = 1, 2
TODAY = date(2026, 11, 22)
EPOCH = date(1970, 1, 1)


def comfort(category: int, low: int, high: int) -> bytes:
    return np.array([(category, low, low, high, 5)], COMFORT).tobytes()


def due(*rows: tuple[int, int, int]) -> bytes:
    """Return records of (product, days from today, interval)."""
    today = (TODAY - EPOCH).days
    return np.array(
        [(product, today + days, 4, 0.5, every, 1) for product, days, every in rows], DUE
    ).tobytes()


def test_pick_shoppers__three_roles__are_chosen_by_usual_prices() -> None:
    customers = [
        Regular("rich", 50, 900, comfort(TEA, 10, 500)),
        Regular("careful", 300, 100, comfort(PASTA, 40, 47)),
        Regular("less often", 200, 100, comfort(PASTA, 40, 47)),
        Regular("fine", 100, 500, comfort(PASTA, 40, 120)),
        Regular("between", 100, 600, comfort(PASTA, 40, 60)),
    ]

    picked = pick_shoppers(customers, category=PASTA, step_minor=52, top_minor=100)

    assert picked == [("regular", "rich"), ("choosy", "fine"), ("thrifty", "careful")]


def test_pick_shoppers__no_price_range__skips_those_roles() -> None:
    customers = [Regular("rich", 50, 900, b""), Regular("poor", 50, 100, b"")]

    assert pick_shoppers(customers, category=PASTA, step_minor=52, top_minor=100) == [("regular", "rich")]
    assert pick_shoppers([], category=PASTA, step_minor=52, top_minor=100) == []


@pytest.fixture
def pasta() -> list[Product]:
    """Create a ladder of two products, and a hidden product."""
    category = Category.objects.create(name="Spaghetti", path="Spaghetti")
    ladder = UpgradeLadder.objects.create(name="Spaghetti")
    products = [
        Product.objects.create(
            sku=sku, name=sku, price_minor=price, currency="USD", category=category, is_hidden=sku == "fuel"
        )
        for sku, price in (("plain", 45), ("fine", 100), ("fuel", 300))
    ]
    for position, product in enumerate(products[:2]):
        UpgradeTier.objects.create(ladder=ladder, product=product, position=position, label=str(position))
    return products


def know(external_id: str, **columns: bytes) -> None:
    CustomerFacts.objects.create(
        customer=Customer.objects.create(external_id=external_id),
        segment="champion",
        recency=5,
        frequency=5,
        monetary=5,
        first_order_date=TODAY - timedelta(days=300),
        last_order_date=TODAY,
        order_count=40,
        currency="USD",
        spent_minor=1000,
        **{"comfort": b"", "due": b"", "categories": b""} | columns,
    )


@pytest.mark.django_db
def test_read_shoppers__due_products__are_sellable_and_not_long_overdue(pasta: list[Product]) -> None:
    plain, fine, fuel = (product.pk for product in pasta)
    # Due in 2 days; 3 days overdue; 25 days overdue, of an interval of 20.
    know("c-1", due=due((fuel, 1, 20), (plain, 2, 20), (fine, -3, 20), (fine, -25, 20)))

    (shopper,) = read_shoppers(ladder_start=pasta[0], product=pasta[0], today=TODAY)

    assert [(each.sku, (each.due_date - TODAY).days) for each in shopper.due] == [("plain", 2), ("fine", -3)]
    assert (shopper.role, shopper.band) == ("regular", None)


@pytest.mark.django_db
def test_read_shoppers__price_range__is_that_of_the_products_category(pasta: list[Product]) -> None:
    key = pasta[0].category_id or 0
    know("c-1", comfort=comfort(key, 40, 44))
    other = Product.objects.create(sku="other", name="Other", price_minor=1, currency="USD")

    (shopper,) = read_shoppers(ladder_start=pasta[0], product=pasta[1], today=TODAY)
    (elsewhere,) = read_shoppers(ladder_start=pasta[0], product=other, today=TODAY)

    assert (shopper.role, shopper.band) == ("thrifty", (40, 44))
    assert elsewhere.band is None


@pytest.mark.django_db
def test_read_shoppers__no_generation__is_empty(pasta: list[Product]) -> None:
    assert read_shoppers(ladder_start=pasta[0], product=None, today=TODAY) == []
    assert read_shoppers(ladder_start=None, product=None, today=TODAY) == []
