"""Exclusions in the admin: what they do is said before they are saved, and mistakes at their field."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Category, Product, Revision
from offers.models import CuratedProduct, CustomerAttribute, Offer, Placement, ProductExclusion
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db
LIST, ADD, REACH = (f"admin:offers_productexclusion_{name}" for name in ("changelist", "add", "reach"))


@pytest.fixture(autouse=True)
def cellar() -> Category:
    """Sell two wines and a glass."""
    wine = Category.objects.create(name="Wine", path="Wine")
    for sku, name, category in (("r", "Red", wine), ("w", "White", wine), ("g", "Wine glass", None)):
        Product.objects.create(sku=sku, name=name, category=category, price_minor=1000, currency="JPY")
    return wine


def entered(**columns: Any) -> dict[str, Any]:
    usual = {
        "name": "No wine",
        "is_active": "on",
        "effect": "learned",
        "is_everywhere": "on",
        "scope": "chosen",
        "currency": "JPY",
        "attributes": "{}",
    }
    return {name: value for name, value in {**usual, **columns}.items() if value is not None}


def test_form__categories_and_words__is_saved_and_published(cast: Cast, cellar: Category) -> None:
    answer = cast.merchandiser.post(
        reverse(ADD),
        entered(categories=[cellar.pk], keywords="wine\n\n wine \nsake", margin_below_bp="12.5%"),
    )

    assert answer.status_code == 302
    row = ProductExclusion.objects.get()
    assert (row.keywords, row.margin_below_bp) == (["wine", "sake"], 1250)
    assert list(row.categories.all()) == [cellar]
    assert Revision.objects.get(domain="offers").number > 0


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({}, "scope"),
        ({"scope": "everything"}, "scope"),
        ({"scope": "everything", "keywords": "wine", "margin_below_bp": "5"}, "keywords"),
        ({"keywords": "wine", "is_everywhere": None}, "placements"),
        ({"keywords": "wine", "effect": "restricted"}, "attribute"),
        ({"keywords": "wine", "attribute_equals": "yes"}, "attribute_equals"),
        ({"keywords": "x" * 121}, "keywords"),
        ({"keywords": "\n".join(map(str, range(201)))}, "keywords"),
        ({"keywords": "wine", "price_from_minor": "9.5"}, "price_from_minor"),
        ({"keywords": "wine", "margin_below_bp": "101"}, "margin_below_bp"),
        ({"keywords": "wine", "attributes": "[1]"}, "attributes"),
        ({"keywords": "wine", "categories": ["999999999999999999999"]}, "categories"),
        ({"keywords": "wine", "effect": "gone"}, "effect"),
    ],
)
def test_form__mistake__is_named_at_its_field(cast: Cast, columns: dict[str, Any], field: str) -> None:
    answer = cast.merchandiser.post(reverse(ADD), entered(**columns))

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not ProductExclusion.objects.exists()


def test_form__prices_in_the_wrong_order__is_refused(cast: Cast) -> None:
    answer = cast.merchandiser.post(
        reverse(ADD), entered(keywords="wine", price_from_minor="900", price_to_minor="800")
    )

    assert "The lower price must not exceed the higher one." in answer.content.decode()


@pytest.mark.parametrize(("value", "is_saved"), [("yes", True), ("maybe", False), ("", False)])
def test_form__restricted_goods__take_a_value_that_customers_can_have(
    cast: Cast, value: str, is_saved: bool
) -> None:
    adult = CustomerAttribute.objects.create(code="age_confirmed", name_en="Age confirmed", type="yes_no")

    cast.merchandiser.post(
        reverse(ADD),
        entered(keywords="wine", effect="restricted", attribute=adult.pk, attribute_equals=value),
    )

    assert ProductExclusion.objects.exists() is is_saved


def test_reach__form__says_what_it_does_and_whom_it_hits(cast: Cast, cellar: Category) -> None:
    offer = Offer.objects.create(code="o", name="O", kind="cross_sell")
    CuratedProduct.objects.create(offer=offer, product=Product.objects.get(sku="r"))

    page = cast.merchandiser.post(reverse(REACH), entered(categories=[cellar.pk])).content.decode()

    assert "Not proposed by the statistics in any placement: products in Wine." in page
    assert "Hits 2 of 3 products today:" in page
    assert "1 of them is hand-picked in an active offer, and is still proposed there." in page
    assert "Wine glass" not in page


@pytest.mark.usefixtures("cast")
def test_reach__in_japanese__reads_as_a_sentence(cellar: Category) -> None:
    home = Placement.objects.create(code="home", name="トップ")
    columns = entered(
        categories=[cellar.pk], keywords="酒", effect="all", is_everywhere=None, placements=[home.pk],
        price_from_minor="500", price_to_minor="900",
    )  # fmt: skip

    page = sign_in("merchandiser", "ja").post(reverse(REACH), columns).content.decode()

    assert "トップ" in page
    assert "トップでは提案しません（手動選定の商品も含む）：" in page
    assert "Not proposed" not in page


def test_template__alcohol__suggests_and_saves_nothing(cast: Cast, cellar: Category) -> None:
    page = cast.merchandiser.get(reverse(ADD), {"template": "alcohol"})

    form = page.context["adminform"].form
    assert form["categories"].value() == [cellar.pk]
    assert "ワイン" in form["keywords"].value()
    assert not ProductExclusion.objects.exists()
    assert cast.merchandiser.get(reverse(ADD), {"template": "gone"}).status_code == 200


def test_list__says_what_each_does__in_constant_queries(cast: Cast, cellar: Category) -> None:
    row = ProductExclusion.objects.create(name="a", effect="all")
    row.categories.add(cellar)
    ProductExclusion.objects.create(name="b")

    page = cast.analyst.get(reverse(LIST)).content.decode()

    assert "Not proposed in any placement, not even if hand-picked: products in Wine." in page
    assert "Nothing is left of what it named, so it has no effect." in page
    assert "Ready exclusions" not in page
    assert "Ready exclusions" in cast.merchandiser.get(reverse(LIST)).content.decode()


def test_pages__for_people__are_changed_by_merchandisers_only(cast: Cast) -> None:
    for person in (cast.analyst, cast.outsider, cast.stranger):
        person.post(reverse(ADD), entered(keywords="wine"))
        assert person.post(reverse(REACH), entered(keywords="wine")).status_code in (302, 403)

    assert not ProductExclusion.objects.exists()


def test_history__lists__are_written_as_lists(cast: Cast) -> None:
    row = ProductExclusion.objects.create(name="No wine", keywords=["wine"])
    address = reverse("admin:offers_productexclusion_change", args=[row.pk])

    cast.merchandiser.post(address, entered(keywords="wine\nsake"))

    history = cast.merchandiser.get(reverse("admin:offers_productexclusion_history", args=[row.pk]))
    assert "wine → wine, sake" in history.content.decode()
