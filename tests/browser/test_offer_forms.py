"""Offer forms in a real browser: the example follows every field before anything is saved."""

import pytest
from playwright.sync_api import Locator, expect

from catalog.models import Product
from offers.kinds.quantity.models import QuantityOffer
from offers.models import Offer
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
YEN = {"en": "¥", "ja": "￥"}


@pytest.fixture
def merchandiser(tab: Tab, transactional_db: None) -> Tab:
    """Sign in to a shop of three teas; the first costs ¥1,000."""
    del transactional_db
    create_people()
    build_shop(3)
    Product.objects.filter(sku="T-000").update(price_minor=1000)
    tab.sign_in("merchandiser")
    return tab


def lead(tab: Tab) -> Locator:
    return tab.page.locator("#offer-example .awase-result")


def fill_tier(tab: Tab, row: int, start: str, percent: str) -> None:
    tab.page.fill(f"#id_tiers-{row}-from_quantity", start)
    tab.page.fill(f"#id_tiers-{row}-benefit_value", percent)


def test_quantity__tiers_typed__shows_their_price_before_they_are_saved(
    merchandiser: Tab, language: str
) -> None:
    yen = YEN[language]
    merchandiser.open("/admin/offers/quantityoffer/add/")
    expect(lead(merchandiser)).to_have_count(0)
    expect(merchandiser.page.locator("#tabs-dropdown a")).to_have_count(0)

    merchandiser.choose("id_trigger_products", "Sencha 0")
    fill_tier(merchandiser, 0, "2", "10")
    expect(lead(merchandiser)).to_contain_text(f"2 × {yen}1,000 = {yen}1,900")
    merchandiser.page.locator("#tiers-group a.add-row").click()
    fill_tier(merchandiser, 1, "3", "20")
    expect(lead(merchandiser)).to_contain_text(f"3 × {yen}1,000 = {yen}2,700")
    merchandiser.page.select_option("#id_mode", "volume")
    expect(lead(merchandiser)).to_contain_text(f"3 × {yen}1,000 = {yen}2,400")

    assert not QuantityOffer.objects.filter(code="more").exists()
    merchandiser.page.fill("#id_name", "More")
    merchandiser.choose("id_placements", "Place 0")
    merchandiser.save()
    assert QuantityOffer.objects.get(code="more").tiers.count() == 2


def test_quantity__more_units_would_cost_less__is_reported_at_once_and_not_saved(
    merchandiser: Tab, language: str
) -> None:
    yen = YEN[language]
    merchandiser.open("/admin/offers/quantityoffer/add/")
    merchandiser.page.fill("#id_name", "Broken")
    merchandiser.choose("id_trigger_products", "Sencha 0")
    merchandiser.choose("id_placements", "Place 0")

    merchandiser.page.select_option("#id_mode", "volume")
    fill_tier(merchandiser, 0, "10", "20")

    fault = merchandiser.page.locator("#offer-example .awase-fault")
    expect(fault).to_contain_text(f"10 × {yen}1,000")
    expect(fault).to_contain_text(f"{yen}9,000")
    merchandiser.save()
    expect(merchandiser.page.locator("#content-main")).to_contain_text(f"{yen}9,000")
    assert not Offer.objects.filter(name="Broken").exists()


def test_subscription__without_introduction__hides_its_fields(merchandiser: Tab, language: str) -> None:
    yen = YEN[language]
    merchandiser.open("/admin/offers/subscriptionoffer/add/")
    cycles = merchandiser.page.locator("#id_intro_cycles")
    expect(cycles).to_be_hidden()

    merchandiser.choose("id_trigger_products", "Sencha 0")
    merchandiser.page.select_option("#id_benefit_kind", "percent")
    merchandiser.page.fill("#id_benefit_value", "10")
    merchandiser.page.select_option("#id_intro_kind", "percent")
    expect(cycles).to_be_visible()
    merchandiser.page.fill("#id_intro_value", "30")
    cycles.fill("2")

    expect(lead(merchandiser)).to_contain_text(f"{yen}700")
    expect(lead(merchandiser)).to_contain_text(f"{yen}900")


def test_overview__new_offer__opens_the_form_of_a_kind(merchandiser: Tab) -> None:
    merchandiser.open("/admin/offers/offer/")

    merchandiser.page.locator(".awase-new summary").click()
    with merchandiser.page.expect_navigation():
        merchandiser.page.locator(".awase-new a[href*=buygetoffer]").click()

    expect(lead(merchandiser)).to_contain_text("3 × ")
