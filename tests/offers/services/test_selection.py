"""Which products an exclusion hits."""

from typing import Any

import pytest
from pytest_django import Settings

from catalog.models import Category, Product
from offers.services.selection import SelectableCatalogue, Selection, matching_categories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cellar() -> dict[str, int]:
    """Create a few products; return the keys of the categories."""
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    wine = Category.objects.create(name="Wine", path="Drinks > Wine", parent=drinks)
    toys = Category.objects.create(name="Toys", path="Toys")
    rows: dict[str, dict[str, Any]] = {
        "red": {
            "name": "Red Wine",
            "category": wine,
            "brand": "Château",
            "price_minor": 2200,
            "cost_minor": 1500,
        },
        "juice": {"name": "Grape juice", "category": drinks, "price_minor": 330, "cost_minor": 280},
        "drum": {
            "name": "Drum",
            "category": toys,
            "price_minor": 5500,
            "attributes": {"age": [3, 4], "loud": True},
        },
        "sake": {
            "name": "純米酒セット",
            "brand": "ＣＨÂＴＥＡＵ",
            "price_minor": 3300,
            "attributes": {"loud": 1},
        },
        "usd": {"name": "Rums", "price_minor": 2200, "currency": "USD"},
    }
    for sku, columns in rows.items():
        Product.objects.create(sku=sku, **{"currency": "JPY", "tax_rate_bp": 1000} | columns)
    return {"drinks": drinks.pk, "wine": wine.pk}


def hit(**columns: Any) -> set[str]:
    selection = Selection(**columns)
    catalogue = SelectableCatalogue([selection])
    keys = catalogue.pk[catalogue.hits(selection)].tolist()
    return set(Product.objects.filter(pk__in=keys).values_list("sku", flat=True))


ALL = {"red", "juice", "drum", "sake", "usd"}


@pytest.mark.parametrize(
    ("columns", "skus"),
    [
        ({}, set()),
        ({"is_everything": True}, ALL),
        ({"keywords": ("rum",)}, {"usd"}),
        ({"keywords": ("酒", "ＷＩＮＥ")}, {"red", "sake"}),
        ({"keywords": ("", "  ")}, set()),
        ({"keywords": ("r.d",)}, set()),
        ({"brands": ("château",)}, {"red", "sake"}),
        ({"is_everything": True, "attributes": {"loud": True}}, {"drum"}),
        ({"is_everything": True, "attributes": {"age": 4}}, {"drum"}),
        ({"is_everything": True, "attributes": {"age": 4, "loud": False}}, set()),
        ({"is_everything": True, "currency": "JPY", "price_from_minor": 2200}, {"red", "drum", "sake"}),
        ({"is_everything": True, "currency": "JPY", "price_to_minor": 2200}, {"red", "juice"}),
        ({"brands": ("Château",), "currency": "JPY", "price_to_minor": 2200}, {"red"}),
        # Net 2,000 and 300: margins of 25 % and 6.67 %; the cost of the others is not known.
        ({"is_everything": True, "margin_below_bp": 2500}, {"juice"}),
        ({"is_everything": True, "margin_below_bp": 2501}, {"red", "juice"}),
        ({"is_everything": True, "margin_below_bp": 666}, set()),
        ({"is_everything": True, "margin_below_bp": 667}, {"juice"}),
    ],
)
def test_hits__selection__are_what_it_says(columns: dict[str, Any], skus: set[str]) -> None:
    assert hit(**columns) == skus


def test_hits__category__includes_those_below_it(cellar: dict[str, int]) -> None:
    assert hit(categories=frozenset({cellar["drinks"]})) == {"red", "juice"}
    assert hit(categories=frozenset({cellar["wine"], 10**9})) == {"red"}


def test_hits__product__is_named_by_its_key() -> None:
    drum = Product.objects.get(sku="drum")

    assert hit(products=frozenset({drum.pk})) == {"drum"}


def test_hits__margin_of_prices_without_tax__takes_them_as_they_are(settings: Settings) -> None:
    settings.AWASE_TAX_DISPLAY = "net"
    Product.objects.update(is_tax_included=False)

    assert hit(is_everything=True, margin_below_bp=3181) == {"juice"}
    assert hit(is_everything=True, margin_below_bp=3182) == {"red", "juice"}


def test_hits__largest_price__does_not_overflow() -> None:
    Product.objects.filter(sku="red").update(price_minor=2**53 - 1, cost_minor=2**53 - 2)

    assert hit(is_everything=True, margin_below_bp=1) == {"red"}


def test_matching_categories__category_and_what_is_below__is_named_once(cellar: dict[str, int]) -> None:
    found = matching_categories(["drink", "wine"])

    assert [one.pk for one in found] == [cellar["drinks"]]
    assert matching_categories(["toy", "rum"])[0].path == "Toys"
    assert matching_categories([]) == []
