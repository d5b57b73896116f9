"""The try-out page, and bulk actions on offers."""

import pytest
from playwright.sync_api import expect

from offers.models import Offer
from offers.services.snapshot import refresh_snapshot
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import AT, build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def merchandiser(transactional_db: None, tab: Tab) -> Tab:
    del transactional_db
    create_people()
    build_shop(3)
    refresh_snapshot(at=AT)
    tab.sign_in("merchandiser")
    return tab


@pytest.mark.parametrize("language", ["en"])
def test_tryout__of_a_cart__shows_the_answer_next_to_the_form(merchandiser: Tab) -> None:
    merchandiser.open("/admin/tryout/?placement=place-0")
    page = merchandiser.page

    page.locator(".awase-cart-row .select2-selection").first.click()
    page.locator(".select2-search__field").last.fill("T-000")
    page.locator(".select2-results__option", has_text="T-000").click()
    page.fill("#id_cart-0-quantity", "2")
    page.locator("#tryout button[type=submit]").click()

    answer = page.locator("#tryout-answer")
    expect(answer).to_contain_text("Shown to the shopper")
    expect(answer).to_contain_text("Offer 0")
    expect(answer).to_contain_text("1,960")
    assert merchandiser.errors == []


@pytest.mark.parametrize("language", ["en"])
def test_offers__selected_and_paused__are_inactive(merchandiser: Tab) -> None:
    merchandiser.open("/admin/offers/offer/?kind__exact=cross_sell")
    page = merchandiser.page

    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("pause")
    with page.expect_navigation():
        page.locator("button[name=index]").first.click()

    expect(page.get_by_text("1 offer was paused.")).to_be_visible()
    assert Offer.objects.filter(kind="cross_sell", is_active=False).count() == 1
    assert merchandiser.errors == []
