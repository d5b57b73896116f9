import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Category, Product
from catalog.services.revision import raise_revision
from checkout.models import Allocation, OfferUsage
from demo.data.catalogue import CatalogueItem
from demo.plans.pairs import Pair
from demo.services.curation import curate
from demo.services.environment import PUBLISHABLE_KEY, environment_path, write_environment
from engine.learned.generations import POPULAR
from gateway.services.key import create_key
from offers.models import Customer, Event, Generation, PopularProducts
from offers.services.snapshot import refresh_snapshot
from tests.browser.conftest import browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
# SKU, category, kind, private label, ounces, cents
SHELF = [
    ("plain", "Dry noodles/pasta", "Spaghetti", True, 8.0, 45),
    ("double", "Dry noodles/pasta", "Spaghetti", True, 16.0, 52),
    ("makers", "Dry noodles/pasta", "Spaghetti", False, 16.0, 100),
    ("sauce", "Pasta sauce", "Tomato sauce", False, 0.0, 200),
    ("basil", "Herbs", "Basil", False, 0.0, 150),
    ("beans", "Coffee", "Ground coffee", False, 0.0, 900),
    ("green", "Teas", "Tea bags", False, 0.0, 400),
    ("honey", "Sugars/sweeteners", "Honey", False, 0.0, 500),
]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a tab as wide as a phone; fail on script errors."""
    errors: list[str] = []
    with browsing(chromium, live_server, {"width": 375, "height": 800}, "en-US") as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []


@pytest.fixture
def shop(live_server: LiveServer, settings: Settings, tmp_path: Path) -> str:
    """Create a small shop with every kind of offer; return the page's URL."""
    settings.AWASE_DATA = tmp_path
    settings.AWASE_CURRENCY = "USD"
    root = Category.objects.create(name="Grocery", path="Grocery")
    for sku, name, kind, _store, _amount, price in SHELF:
        category, _ = Category.objects.get_or_create(name=name, parent=root, path=f"Grocery > {name}")
        shelf_kind, _ = Category.objects.get_or_create(
            name=kind, parent=category, path=f"{category.path} > {kind}"
        )
        Product.objects.create(
            sku=sku, name=f"{kind} {sku}", price_minor=price, currency="USD", category=shelf_kind
        )
    items = [
        CatalogueItem(sku, name, kind, 1, store, "oz" if amount else "", amount, price, 100)
        for sku, name, kind, store, amount, price in SHELF
    ]
    curate(items=items, pairs=[Pair("sauce", "basil", 40, 9.0, 20)])
    Customer.objects.create(external_id="c-1")
    _row, key = create_key(name="page", kind="publishable", origins=[live_server.url])
    write_environment(environment_path(tmp_path), {PUBLISHABLE_KEY: key})
    refresh_snapshot(at=timezone.now())
    return f"{live_server.url}/demo/"


def let_be_popular(sku: str) -> None:
    popular = np.zeros(1, POPULAR)
    popular["product"], popular["orders"] = Product.objects.get(sku=sku).pk, 20
    learned = Generation.objects.create(published_at=timezone.now(), order_count=50, counted_order_count=50)
    PopularProducts.objects.create(generation=learned, products=popular.tobytes())
    raise_revision(domain="catalog")
    refresh_snapshot(at=timezone.now())


def event_types(offer: str) -> list[str]:
    return list(Event.objects.filter(offer_code=offer).order_by("pk").values_list("type", flat=True))


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


def test_page__outdated_response__is_not_shown(page: Page, shop: str) -> None:
    held: list[Route] = []

    def hold_back_the_first(route: Route) -> None:
        asked = json.loads(route.request.post_data or "")
        is_first = asked["cart"] == [{"sku": "plain", "quantity": 1}]
        held.append(route) if is_first else route.continue_()

    page.route("**/api/v1/offers", hold_back_the_first)
    page.goto(f"{shop}?language=en")
    cost = page.locator("#product_page [data-offer=next-step-up] .cost")

    page.get_by_role("button", name="Add to cart").click(click_count=2)
    expect(cost).to_contain_text("$1.04")
    with page.expect_response(lambda answer: answer.request == held[0].request) as overtaken:
        held[0].continue_()

    assert overtaken.value.ok
    overtaken.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(cost).to_contain_text("$1.04")


def test_page__product_and_cart__ask_for_offers_in_one_call(page: Page, shop: str) -> None:
    asked: list[list[str]] = []

    def note(call: Request) -> None:
        if call.url.endswith("/api/v1/offers"):
            asked.append(json.loads(call.post_data or "")["placements"])

    page.on("request", note)
    page.goto(f"{shop}?language=en")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="Checkout").click()
    page.wait_for_load_state("networkidle")

    assert asked == [
        ["product_page", "cart"],
        ["product_page", "cart"],
        ["product_page", "checkout"],
    ]


def test_page__offer_declined__is_hidden_and_stays_hidden(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    night = page.locator("#product_page [data-offer=pasta-night]")

    with page.expect_response(lambda answer: "decline" in (answer.request.post_data or "")) as reported:
        night.get_by_role("button", name="No, thank you").click()

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


def test_page__order_placed__is_charged_as_shown_and_listed_in_the_admin(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").click()
    page.locator("#product_page [data-offer=pasta-night]").get_by_role("button", name="Add").click()
    # $0.45 + $2.00 - 10%.
    expect(page.locator("#parts")).to_contain_text("Pasta night: 10% off")
    expect(page.locator("#total")).to_have_text("Total $2.25")

    page.get_by_role("button", name="Checkout").click()
    page.get_by_role("button", name="Place order: $2.25").click()

    expect(page.locator("#receipt")).to_contain_text("Paid $2.25")
    allocation = Allocation.objects.get()
    assert (allocation.paid_minor, allocation.order.order_id in page.inner_text("#receipt")) == (225, True)
    assert OfferUsage.objects.get(offer__code="pasta-night").used_count == 1
    taken = {line.sku: line.taken for line in allocation.lines.all()}
    assert taken == {"plain": {}, "sauce": {"pasta-night": 20}}
    expect(page.locator("#after_purchase")).not_to_be_empty()
    page.get_by_role("button", name="Continue shopping").click()
    expect(page.locator("#lines")).to_contain_text("Your cart is empty.")


def test_page__quote_no_longer_valid__updates_the_price_and_orders_nothing(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="Checkout").click()
    problem = {"code": "quote_expired", "detail": "The quote held until noon."}
    page.route("**/demo/checkout", lambda route: route.fulfill(status=410, json=problem), times=1)

    page.get_by_role("button", name="Place order: $0.45").click()

    expect(page.locator("#status")).to_contain_text("This is the new price.")
    assert not Allocation.objects.exists()
    page.get_by_role("button", name="Place order: $0.45").click()
    expect(page.locator("#receipt")).to_contain_text("Paid $0.45")


def test_page__cart__shows_what_is_missing_for_a_reward(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")

    page.get_by_role("button", name="Add to cart").click()

    expect(page.locator("#hints")).to_contain_text("$34.55 more: Free delivery on orders of $35 or more")
    expect(page.locator("#hints")).to_contain_text("1 more: Stock up on pasta")


def test_page__product_that_reaches_the_reward__is_added_with_one_click(page: Page, shop: str) -> None:
    Product.objects.filter(sku="sauce").update(price_minor=3600)
    let_be_popular("sauce")
    page.goto(f"{shop}?language=en")
    free = page.locator("#product_page [data-offer=free-delivery]")

    free.get_by_role("button", name="Add: Tomato sauce sauce").click()

    expect(page.locator("#total")).to_have_text("Total $36.00")
    expect(page.locator("#parts")).to_contain_text("free")


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


def test_page__shop_unreachable__shows_an_error_and_a_retry_button(page: Page, shop: str) -> None:
    page.route("**/api/v1/offers", lambda route: route.abort(), times=1)
    page.goto(f"{shop}?language=en")
    expect(page.locator("#product_page")).to_contain_text("The shop is not responding.")

    page.locator("#product_page").get_by_role("button", name="Try again").click()

    expect(page.locator("#product_page [data-offer=next-step-up]")).to_be_visible()


def test_page__too_many_requests__retries_automatically(page: Page, shop: str) -> None:
    refusal = {"status": 429, "headers": {"Retry-After": "1"}, "json": {"code": "rate_limited"}}
    page.route("**/api/v1/quotes", lambda route: route.fulfill(**refusal), times=1)
    page.goto(f"{shop}?language=en")

    page.get_by_role("button", name="Add to cart").click()

    expect(page.locator("#hints")).to_contain_text("Retrying in 1 s.")
    expect(page.locator("#total")).to_have_text("Total $0.45")


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


def test_page__no_key__explains_how_to_start(page: Page, shop: str, tmp_path: Path) -> None:
    environment_path(tmp_path).unlink()

    page.goto(f"{shop}?language=en")

    expect(page.locator("#product_page")).to_contain_text("make demo")
