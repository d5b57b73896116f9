"""The tour through the demo."""

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Bundle, BundleItem, Category, Product, UpgradeLadder, UpgradeTier
from demo.services.tour import tour_stops
from offers.models import ProductPartners

pytestmark = pytest.mark.django_db


def sell(sku: str, category: str, order_count: int | None = None, **columns: object) -> Product:
    above, _ = Category.objects.get_or_create(name=category, path=category)
    kind, _ = Category.objects.get_or_create(name="Kind", parent=above, path=f"{category} > Kind")
    product = Product.objects.create(
        sku=sku, name=sku, price_minor=100, currency="USD", category=kind, **columns
    )
    if order_count is not None:
        ProductPartners.objects.create(product=product, order_count=order_count, partners=b"")
    return product


def test_tour_stops__best_sellers_and_a_bundle__follow_the_first_ladder(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for sku in ("bread", "buns"):
        ladder = UpgradeLadder.objects.create(name=sku)
        UpgradeTier.objects.create(ladder=ladder, product=sell(sku, "Bread"), label="梅")
    sell("rare", "Coffee", 3)
    sell("beans", "Coffee", 40)
    sell("hidden", "Coffee", 90, is_hidden=True)
    sell("unknown", "Coffee")
    sell("tin", "Cat food")
    bundle = Bundle.objects.create(code="b", name="B", currency="USD")
    BundleItem.objects.create(bundle=bundle, product=sell("butter", "Butter"), quantity=2)

    with django_assert_num_queries(5):
        stops = [(kind, product.sku) for kind, product in tour_stops()]

    assert stops == [
        ("ladder", "bread"),
        ("subscription", "beans"),
        ("group", "tin"),
        ("bundle", "butter"),
        ("ladder", "buns"),
    ]


def test_tour_stops__empty_shop__has_none() -> None:
    assert tour_stops() == []
