"""The checkout: the shop charges the quote that the page shows."""

import pytest
from playwright.sync_api import Page, expect

from checkout.models import Allocation, OfferUsage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


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
    page.route("**/demo/checkout?*", lambda route: route.fulfill(status=410, json=problem), times=1)

    page.get_by_role("button", name="Place order: $0.45").click()

    expect(page.locator("#status")).to_contain_text("This is the new price.")
    assert not Allocation.objects.exists()
    page.get_by_role("button", name="Place order: $0.45").click()
    expect(page.locator("#receipt")).to_contain_text("Paid $0.45")
