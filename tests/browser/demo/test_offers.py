"""Offers on the page: shown, accepted and declined, each kind in its own way."""

import json

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalog.models import Product
from catalog.services.revision import raise_revision
from engine.learned.generations import POPULAR
from offers.models import Generation, Offer, PopularProducts
from offers.services.snapshot import refresh_snapshot
from tests.browser.demo.events import event_types

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def let_be_popular(sku: str) -> None:
    popular = np.zeros(1, POPULAR)
    popular["product"], popular["orders"] = Product.objects.get(sku=sku).pk, 20
    learned = Generation.objects.create(published_at=timezone.now(), order_count=50, counted_order_count=50)
    PopularProducts.objects.create(generation=learned, products=popular.tobytes())
    raise_revision(domain="catalog")
    refresh_snapshot(at=timezone.now())


@pytest.mark.parametrize(
    ("language", "title", "headline", "gain", "saving"),
    [
        (
            "en",
            "For this product",
            "Upgrade to the next tier",
            "Twice the size, 42% less per oz",
            "You save $0.20",
        ),
        ("ja", "この商品に", "ワンランク上はいかがですか", "2倍の量、1 ozあたり42%お得", "$0.20お得"),
    ],
)
def test_page__product_of_a_ladder__shows_offers_in_the_language(
    page: Page, shop: str, language: str, title: str, headline: str, gain: str, saving: str
) -> None:
    page.goto(f"{shop}?language={language}")

    upgrade = page.locator("#product_page [data-offer=next-step-up]")
    expect(upgrade).to_contain_text(headline)
    expect(upgrade).to_contain_text(gain)
    expect(upgrade.locator(".reason")).not_to_be_empty()
    expect(page.locator("#product_page [data-offer=pasta-night]")).to_contain_text(saving)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_page__upgrade_accepted__replaces_the_product_in_the_cart(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#lines")).to_contain_text("Spaghetti plain")

    upgrade = page.locator("#product_page [data-offer=next-step-up]")
    upgrade.get_by_role("button", name="Choose this instead").click()

    expect(page.locator("#lines")).to_contain_text("Spaghetti double")
    expect(page.locator("#lines")).not_to_contain_text("Spaghetti plain")
    expect(page.locator("#total")).to_have_text("Total $0.52")
    page.wait_for_load_state("networkidle")
    assert {"impression", "accept"} <= set(event_types("next-step-up"))


def test_page__upgrade_of_several_units_accepted__replaces_them_all(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    # The second is 10% off, the third 20%; a discount of 4.5 cents is one of 5.
    for total in ("Total $0.45", "Total $0.85", "Total $1.21"):
        page.get_by_role("button", name="Add to cart").click()
        expect(page.locator("#total")).to_have_text(total)

    page.goto(f"{shop}?product=basil&language=en")
    upgrade = page.locator("#cart [data-offer=next-step-up]")
    expect(upgrade.locator(".cost")).to_contain_text("$1.56")
    upgrade.get_by_role("button", name="Choose this instead").click()

    # The upgrade is at list price, and the quantity discount is on it too: 52 + 47 + 42 cents.
    expect(page.locator("#total")).to_have_text("Total $1.41")
    page.get_by_role("button", name="One less: Spaghetti double").click()
    expect(page.locator("#total")).to_have_text("Total $0.99")


def test_page__offer_declined__is_hidden_and_stays_hidden(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    night = page.locator("#product_page [data-offer=pasta-night]")

    with page.expect_response(lambda answer: "decline" in (answer.request.post_data or "")) as reported:
        night.get_by_role("button", name="No, thank you").click()
        night.get_by_role("group", name="Why not?").get_by_role("button", name="Too expensive").press("Enter")

    assert '"reason":"price"' in (reported.value.request.post_data or "")
    expect(night).to_have_count(0)
    assert reported.value.json()["accepted"] == 1
    with page.expect_request(lambda call: call.url.endswith("/api/v1/offers")) as asked:
        page.reload()
    expect(page.locator("#product_page [data-offer=next-step-up]")).to_be_visible()
    expect(night).to_have_count(0)
    restraint = json.loads(asked.value.post_data or "")
    assert (restraint["exclude"], restraint["exclude_offers"]) == (["sauce"], ["pasta-night"])
    assert "decline" in event_types("pasta-night")


def test_page__bundle_accepted__is_in_the_cart_at_the_bundle_price(page: Page, shop: str) -> None:
    page.goto(f"{shop}?product=sauce&language=en")

    page.locator("#product_page [data-offer=together-for-less]").get_by_role("button", name="Add").click()

    # ($2.00 + $1.50) − 10 %.
    expect(page.locator("#total")).to_have_text("Total $3.15")


def test_page__more_units_accepted__sets_the_quantity_of_the_line(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    more = page.locator("#product_page [data-offer=stock-up-on-pasta]")
    expect(more.locator(".detail")).to_contain_text("Add 1 more: 2 for")

    more.get_by_role("button", name="Add").click()

    expect(page.locator("#lines li")).to_have_count(1)
    expect(page.locator("#lines .amounts")).to_contain_text("2")


def test_page__product_that_reaches_the_reward__is_added_with_one_click(page: Page, shop: str) -> None:
    Product.objects.filter(sku="sauce").update(price_minor=3600)
    # A page shows nothing twice, so no other offer may show the sauce.
    Offer.objects.filter(code__in=["pasta-night", "goes-well-together"]).update(is_active=False)
    let_be_popular("sauce")
    page.goto(f"{shop}?language=en")
    free = page.locator("#product_page [data-offer=free-delivery]")

    free.get_by_role("button", name="Add: Tomato sauce sauce").click()

    expect(page.locator("#total")).to_have_text("Total $36.00")
    expect(page.locator("#parts")).to_contain_text("free")


def test_page__subscription_accepted__shows_the_interval_and_is_not_proposed_again(
    page: Page, shop: str
) -> None:
    page.goto(f"{shop}?product=beans&language=en")
    monthly = page.locator("#product_page [data-offer=coffee-by-the-month]")

    monthly.get_by_label("Every").select_option("28")
    monthly.get_by_role("button", name="Subscribe").click()

    expect(page.locator("#lines")).to_contain_text("every 28 days")
    # 20% off the first delivery.
    expect(page.locator("#total")).to_have_text("Total $7.20")
    expect(page.locator("#product_page [data-offer=coffee-for-less]")).to_be_visible()
    expect(monthly).to_have_count(0)


def test_page__add_on_accepted__belongs_to_its_line(page: Page, shop: str) -> None:
    page.goto(f"{shop}?product=green&language=en")
    sweet = page.locator("#product_page [data-offer=sweeten-your-tea]")

    expect(sweet.get_by_label("Honey honey")).to_be_checked()
    sweet.get_by_role("button", name="Add").click()

    # $5.00 - 25% for the honey, on the tea's line.
    expect(page.locator("#lines li")).to_have_count(1)
    expect(page.locator("#lines .option")).to_have_text("+ Honey honey, $3.75")
    expect(page.locator("#total")).to_have_text("Total $7.75")
