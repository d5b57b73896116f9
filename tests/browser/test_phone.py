"""The admin on a phone: long names neither widen a page nor are cut off."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from analytics.models import HeldBackCount
from catalog.models import Bundle, Category, Product, ProductRelation, UpgradeLadder
from offers.models import Offer, PartnerOverride, QuietPeriod, RestraintPolicy
from tests.browser.conftest import Tab, browsing
from tests.support.admin_cast import create_people
from tests.support.admin_pages import Model, page
from tests.support.admin_shop import build_shop
from tests.support.daily_totals import store_total

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
LONG_NAME = "Sencha of the first harvest from the hills of Shizuoka, 100 g, in a tin with a spoon"
WIDTH = 390
# What sticks out of its row, among the texts of a list.
CUT_OFF = (
    "cells => cells.filter(cell => cell.scrollHeight > cell.clientHeight + 1).map(cell => cell.innerText)"
)


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab as wide as a phone in a shop whose products have long names."""
    create_people()
    build_shop(3)
    Product.objects.update(name=LONG_NAME)
    category = Category.objects.order_by("pk")[0]
    Category.objects.filter(pk=category.pk).update(path=f"Drinks and groceries > {LONG_NAME}")
    Product.objects.update(category=category)
    with browsing(chromium, live_server, {"width": WIDTH, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.sign_in("merchandiser")
        yield tab
    assert tab.errors == []


def test_forms__of_products_with_long_names__do_not_scroll_sideways(phone: Tab) -> None:
    models: tuple[Model, ...] = (Product, ProductRelation, Bundle, UpgradeLadder)
    for model in models:
        phone.open(page(model, "change", model._default_manager.order_by("pk")[0].pk))

        assert phone.page.evaluate("document.documentElement.scrollWidth") == WIDTH, model
        for table in phone.page.locator("table.formset").all():
            assert table.evaluate("table => table.offsetWidth - table.parentElement.clientWidth") <= 0, model


def test_restraint__what_is_held_back_and_its_forms__do_not_scroll_sideways(phone: Tab) -> None:
    sku = Product.objects.order_by("pk")[0].sku
    for scope, name in (("nobody", ""), ("product", sku)):
        HeldBackCount.objects.create(
            scope=scope, name=name, reason="declined", person_count=7, counted_at=now()
        )
    for path in (page(RestraintPolicy, "add"), page(QuietPeriod, "add"), reverse("refusals")):
        phone.open(path)

        assert phone.page.evaluate("document.documentElement.scrollWidth") == WIDTH, path
    assert LONG_NAME in phone.page.inner_text("#held-back")


def test_results__with_an_offer_of_a_long_name__do_not_scroll_sideways(phone: Tab) -> None:
    offer = Offer.objects.order_by("pk")[0]
    Offer.objects.filter(pk=offer.pk).update(name=LONG_NAME)
    store_total(offer.code, seen=200, clicked=40)
    for path in (reverse("results"), reverse("results_offer", args=[offer.code]) + "?by=day&period=2026-11"):
        phone.open(path)

        assert phone.page.evaluate("document.documentElement.scrollWidth") == WIDTH, path
    phone.open(reverse("results"))
    phone.page.locator("details:has(#results-from) > summary").press("Enter")
    assert phone.page.locator("#results-from").is_visible()


def test_lists__of_products_with_long_names__show_them_whole(phone: Tab) -> None:
    for model, column in ((Product, "name"), (ProductRelation, "related"), (PartnerOverride, "partner")):
        phone.open(page(model, "changelist"))

        names = phone.page.locator(f"#result_list .field-{column}")
        assert names.count() == model._default_manager.count()
        assert names.evaluate_all(CUT_OFF) == []
        assert phone.page.evaluate("document.documentElement.scrollWidth") == WIDTH


def test_partners__of_products_with_long_names__can_be_read_and_decided_on(phone: Tab) -> None:
    product = Product.objects.get(sku="T-000")
    phone.open(f"/admin/offers/productpartners/product/{product.pk}/")

    row = phone.page.locator("[data-partner='T-002']")
    boxes = [one.bounding_box() for one in (row.get_by_role("link"), *row.get_by_role("button").all())]
    assert len(boxes) >= 2
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= WIDTH for box in boxes)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == WIDTH
    table = phone.page.locator(".awase-scroll").first
    assert table.evaluate("node => node.scrollWidth - node.clientWidth") == 0


def test_relation__of_products_with_long_names__shows_them_whole(phone: Tab) -> None:
    phone.open(page(ProductRelation, "change", ProductRelation.objects.order_by("pk")[0].pk))

    names = phone.page.locator(".select2-selection__rendered")
    assert names.count() == 2
    assert names.evaluate_all("nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1)") == []


def test_delete_button__names_what_it_deletes(phone: Tab, language: str) -> None:
    phone.open(page(Bundle, "change", Bundle.objects.order_by("pk")[0].pk))

    words = {"en": "Delete bundle", "ja": "セット商品を削除"}
    assert phone.page.get_by_role("link", name=words[language], exact=True).is_visible()
