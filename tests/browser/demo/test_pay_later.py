"""Orders that are paid later: within the reservation, or after it at the prices of the order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalog.models import Product
from catalog.services.revision import raise_revision
from checkout.models import Allocation, OfferUsage, Redemption
from checkout.services.redemption import expire_reservations
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import Offer
from offers.services.snapshot import refresh_snapshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
TRY_OUT = "1 minute (to try a late payment)"


@pytest.fixture
def scarce(shop: str) -> str:
    """Let one order use pasta night up, and give one order over $2 the last basil; return the page's URL."""
    Offer.objects.filter(code="pasta-night").update(usage_limit=1)
    Product.objects.filter(sku="basil").update(stock=1)
    reward = ThresholdOffer.objects.get(code="free-delivery")
    reward.at_least, reward.gives_free_shipping = 200, False
    reward.gift = Product.objects.get(sku="basil")
    reward.save()
    raise_revision(domain="offers")
    raise_revision(domain="catalog")
    refresh_snapshot(at=timezone.now())
    return shop


def order_later(page: Page, shop: str, within: str) -> None:
    """Put pasta and its sauce into the cart, and order them to be paid later."""
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").click()
    page.locator("#product_page [data-offer=pasta-night]").get_by_role("button", name="Add").click()
    expect(page.locator("#total")).to_have_text("Total $2.25")
    page.get_by_role("button", name="Checkout").click()
    page.get_by_label("Pay within").select_option(within)
    page.get_by_role("button", name="Order now, pay later: $2.25").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order WEB-")


def let_the_hold_end(page: Page) -> None:
    """Let the reservation end on the shop's server, and then a minute pass in the browser."""
    Redemption.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_reservations(at=timezone.now())
    page.clock.run_for(timedelta(seconds=90) // timedelta(milliseconds=1))


def test_order__paid_within_its_hold__is_charged_and_no_longer_listed(page: Page, shop: str) -> None:
    order_later(page, shop, "3 days")
    order = page.get_by_role("heading", level=1).inner_text().removeprefix("Order ")
    expect(page.locator("main")).to_contain_text("Please pay by:")
    page.get_by_role("link", name="Continue shopping").click()
    expect(page.locator("#lines")).to_contain_text("Your cart is empty.")

    page.get_by_role("link", name=order).click()
    page.get_by_label("More time to pay").select_option("14 days")
    page.get_by_role("button", name="Extend").click()
    expect(page.get_by_role("status")).to_have_text("You have more time to pay now.")
    page.get_by_role("button", name="Pay $2.25").click()

    expect(page.locator("main")).to_contain_text("Paid $2.25")
    held = Redemption.objects.get()
    assert held.expires_at - held.reserved_at == timedelta(days=14)
    assert Allocation.objects.get().order.order_id == order
    page.get_by_role("link", name="Continue shopping").click()
    expect(page.locator("#lines")).to_contain_text("Your cart is empty.")
    expect(page.get_by_role("link", name=order)).to_have_count(0)


def test_order__paid_after_its_hold__is_accepted_and_says_what_is_gone(page: Page, scarce: str) -> None:
    page.clock.install()
    order_later(page, scarce, TRY_OUT)
    expect(page.locator(".lines")).to_contain_text("Basil basil")
    let_the_hold_end(page)
    Product.objects.filter(sku="basil").update(stock=0)
    Product.objects.filter(sku__in=["plain", "sauce"]).update(price_minor=9900)
    OfferUsage.objects.filter(offer__code="pasta-night").update(used_count=1)

    expect(page.locator("main")).to_contain_text("The reservation has ended:")
    page.get_by_role("button", name="Pay $2.25").click()

    expect(page.locator("main")).to_contain_text("Paid $2.25")
    expect(page.locator(".notes")).to_contain_text("The gift “Basil basil” is sold out")
    expect(page.locator(".notes")).to_contain_text("“Pasta night: 10% off” had already reached its limit")
    assert Allocation.objects.get().paid_minor == 225
    assert OfferUsage.objects.get(offer__code="pasta-night").used_count == 2


def test_order__by_keyboard__is_ordered_and_cancelled(page: Page, shop: str) -> None:
    page.goto(f"{shop}?language=en")
    page.get_by_role("button", name="Add to cart").press("Enter")
    expect(page.get_by_role("button", name="Checkout")).to_be_enabled()
    page.get_by_role("button", name="Checkout").press("Enter")
    expect(page.get_by_role("button", name="Order now, pay later: $0.45")).to_be_enabled()
    page.get_by_label("Pay within").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order WEB-")
    held = Redemption.objects.get()
    assert held.expires_at - held.reserved_at == timedelta(days=7)

    page.get_by_role("button", name="Cancel the order").press("Enter")

    expect(page.locator("main")).to_contain_text("Nothing was charged.")
    assert Redemption.objects.get().state == "released"


@pytest.mark.parametrize(
    ("language", "waiting"), [("en", "Waiting for your payment"), ("ja", "お支払い待ち")]
)
def test_order__on_a_phone__fits_in_both_languages(
    page: Page, shop: str, language: str, waiting: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    order_later(page, shop, "3 days")
    page.locator(f"[data-language={language}]").click()

    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".state")).to_have_text(waiting)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
