"""Finding products, switching the language, and phones."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_page__search__finds_a_product_and_opens_it(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")

    page.get_by_label("Search products").fill("basil")
    page.get_by_label("Search products").press("Enter")
    page.locator("#results").get_by_role("link", name="Basil basil").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Basil basil")


def test_page__language_switched__keeps_the_product_and_the_cart(page: Page, shop: str) -> None:
    page.goto(f"{shop}?product=sauce&language=en")
    page.get_by_role("button", name="Add to cart").click()

    page.get_by_role("link", name="日本語").click()

    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tomato sauce sauce")
    expect(page.locator("#lines")).to_contain_text("Tomato sauce sauce")


def test_page__phone__does_not_scroll_sideways(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=ja")
    expect(page.locator("#product_page [data-offer]").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
