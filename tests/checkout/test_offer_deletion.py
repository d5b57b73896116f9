"""Deleting an offer, and what exclusions and placements name: whoever refers to it is named."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Category, Revision
from catalog.models.deletion import foresee_losses
from catalog.models.loss import Fate
from offers.models import (
    AfterDecline,
    AttributeChoice,
    CustomerAttribute,
    Offer,
    OfferVersion,
    Placement,
    ProductExclusion,
    ReservedSlot,
)
from tests.checkout.restricted import Goods, on_tiers
from tests.checkout.test_deletion import staff
from tests.offers.market import stock_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(db: None) -> Goods:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def pair(goods: Goods) -> tuple[Offer, Offer]:
    """Create two offers that exclude each other."""
    first, second = (on_tiers(triggers=[goods[sku]], code=sku) for sku in ("tea", "mug"))
    first.excludes.add(second)
    return first, second


def fates(rows: Any) -> dict[str, Fate]:
    return {loss.name: loss.fate for loss in foresee_losses(rows)}


def by_row(offer: Offer) -> None:
    offer.delete()


def by_set(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).delete()


def on_its_page(offer: Offer) -> None:
    page = reverse("admin:offers_quantityoffer_delete", args=[offer.pk])
    assert staff().post(page, {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("way", [by_row, by_set, on_its_page])
def test_offer__that_another_excludes__deleted__raises_the_version_of_the_other(
    way: Callable[[Offer], None], goods: Goods
) -> None:
    first, second = pair(goods)
    before = sum(Revision.objects.values_list("number", flat=True))
    Offer.objects.filter(pk=second.pk).update(name="Second")

    assert fates(Offer.objects.filter(pk=first.pk)) == {"Second": Fate.FREED}
    assert fates(Offer.objects.all()) == {}
    way(first)

    assert Offer.objects.values_list("pk", "is_active", "version").get() == (second.pk, True, 2)
    version = OfferVersion.objects.get(offer=second, number=2)
    assert (version.keeps_price, version.terms["excludes"]) == (False, [])
    assert sum(Revision.objects.values_list("number", flat=True)) > before


def test_page__of_an_offer_to_delete__names_the_placements_that_need_it(goods: Goods) -> None:
    first, second = pair(goods)
    cart = Placement.objects.get()
    Placement.objects.update(after_decline=AfterDecline.OFFER, downsell=first)
    ReservedSlot.objects.create(placement=cart, slot=1, offer=first)
    ReservedSlot.objects.create(placement=cart, slot=2, offer=second)

    page = reverse("admin:offers_quantityoffer_delete", args=[first.pk])
    text = " ".join(staff().get(page).content.decode().split())

    losses = text.split("What uses this")[1].split("</section>")[0]
    assert losses.count(">Cart</a> <small>placement</small> loses: Offer.") == 2
    assert "After a decline, it shows the next offers instead." in losses
    assert "The reserved slot becomes free." in losses


def test_offer_after_a_decline__deleted__lets_the_next_offers_follow(goods: Goods) -> None:
    first, _second = pair(goods)
    Placement.objects.update(after_decline=AfterDecline.OFFER, downsell=first)

    first.delete()

    cart = Placement.objects.get()
    assert (cart.after_decline, cart.downsell) == ("next", None)


def test_exclusions__of_what_is_deleted__are_named_with_what_is_left(goods: Goods) -> None:
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    Placement.objects.create(code="cart", name="Cart")
    rows: dict[str, dict[str, Any]] = {
        "tea alone": {"products": ["tea"]},
        "tea and mug": {"products": ["tea", "mug"]},
        "tea or words": {"products": ["tea"], "keywords": ["tea"]},
        "all but paused": {"products": ["tea"], "is_active": False},
        "drinks": {"categories": ["drinks"], "is_everywhere": False},
    }
    for name, columns in rows.items():
        named: Any = {key: columns.pop(key) for key in ("products", "categories") if key in columns}
        exclusion = ProductExclusion.objects.create(name=name, **columns)
        exclusion.products.set(goods[sku] for sku in named.get("products", ()))
        exclusion.categories.set([drinks] if "categories" in named else [])
    ProductExclusion.objects.get(name="drinks").placements.add(Placement.objects.get())

    assert fates(type(goods["tea"]).objects.filter(sku="tea")) == {
        "tea alone": Fate.IDLE,
        "tea and mug": Fate.CONTINUES,
        "tea or words": Fate.CONTINUES,
        "all but paused": Fate.INACTIVE,
    }
    assert fates(Category.objects.all()) == {"drinks": Fate.IDLE}
    assert fates(Placement.objects.all()) == {"drinks": Fate.IDLE}


def test_choice__that_restricted_goods_need__is_named() -> None:
    age = CustomerAttribute.objects.create(code="age", name_en="Age", type="choice")
    for code in ("adult", "child"):
        AttributeChoice.objects.create(attribute=age, code=code, name_en=code)
    ProductExclusion.objects.create(
        name="Wine", effect="restricted", attribute=age, attribute_equals="adult", keywords=["wine"]
    )

    assert fates(AttributeChoice.objects.filter(code="adult")) == {"Wine": Fate.WITHHELD}
    assert fates(AttributeChoice.objects.filter(code="child")) == {}
