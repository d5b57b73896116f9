"""The cart: what is missing, promotion codes, and products that are no longer sold."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from catalog.models import Product
from catalog.services.revision import raise_revision
from offers.services.snapshot import refresh_snapshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_page__cart__shows_what_is_missing_for_a_reward(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")

    page.get_by_role("button", name="Add to cart").click()

    expect(page.locator("#hints")).to_contain_text("$34.55 more: Free delivery on orders of $35 or more")
    expect(page.locator("#hints")).to_contain_text("1 more: Stock up on pasta")


def test_page__promotion_code__is_accepted_or_refused(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").click()

    page.get_by_label("Promotion code").fill("nonsense")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#status")).to_contain_text("Unknown promotion code.")
    expect(page.locator("#entered li")).to_have_count(0)
    page.get_by_label("Promotion code").fill("welcome")
    page.get_by_role("button", name="Apply").click()

    expect(page.locator("#hints")).to_contain_text("Only for registered customers: Welcome: $5 off")
    expect(page.locator("#entered")).to_contain_text("welcome")


def test_page__product_no_longer_sold__is_marked_in_the_cart(page: Page, shop: str) -> None:
    page.goto(f"{shop}?product=basil&language=en")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#total")).to_have_text("Total $1.50")
    Product.objects.filter(sku="basil").delete()
    raise_revision(domain="catalog")
    refresh_snapshot(at=timezone.now())

    page.goto(f"{shop}?language=en")

    expect(page.locator("#lines")).to_contain_text("No longer sold")
    expect(page.get_by_role("button", name="Checkout")).to_be_disabled()
    page.get_by_role("button", name="Remove: Basil basil").click()
    expect(page.locator("#lines")).to_contain_text("Your cart is empty.")


def test_page__price_that_arrives_while_a_button_is_pressed__leaves_the_button(page: Page, shop: str) -> None:
    held: list[Route] = []
    page.goto(f"{shop}?product=basil&language=en")
    page.route("**/api/v1/quotes", lambda route: held.append(route))  # noqa: PLW0108 (Playwright sets an attribute)
    with page.expect_request("**/api/v1/quotes"):
        page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="One more: Basil basil").hover()

    page.mouse.down()
    held[-1].continue_()
    expect(page.locator("#total")).to_have_text("Total $1.50")
    page.unroute("**/api/v1/quotes")
    page.mouse.up()

    expect(page.locator("#total")).to_have_text("Total $3.00")


SHORTAGES: list[tuple[str, dict[str, Any], str]] = [
    ("en", {"stock": 2}, "Only 2 left"),
    ("en", {"stock": 0}, "Sold out"),
    ("ja", {"stock": 2}, "残り2点"),
    ("ja", {"is_hidden": True}, "現在は販売していません"),
]


def test_page__products_that_cannot_be_delivered__are_marked_in_the_cart(page: Page, shop: str) -> None:
    page.goto(f"{shop}?product=basil&language=en")
    page.get_by_role("button", name="Add to cart").click()
    more = page.get_by_role("button", name="One more: Basil basil")
    for _ in range(2):
        more.click()
    expect(page.locator("#total")).to_have_text("Total $4.50")
    expect(page.locator(".lines .short")).to_have_count(0)

    for language, columns, words in SHORTAGES:
        values = {"stock": None, "is_hidden": False} | columns
        Product.objects.filter(sku="basil").update(**values)
        raise_revision(domain="catalog")
        refresh_snapshot(at=timezone.now())
        page.goto(f"{shop}?language={language}")

        expect(page.locator(".lines .short")).to_have_text(words)
        expect(page.locator(".lines .cost")).to_contain_text("4.50")
