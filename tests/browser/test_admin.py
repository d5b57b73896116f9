"""The work of a merchandiser in the admin, in both languages."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from analytics.models import RecomputeRun
from catalog.models import Bundle, Product, UpgradeLadder, UpgradeTier
from offers.models import Offer, PartnerOverride
from offers.services.snapshot import refresh_snapshot
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import AT, build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WORDS = {
    "en": {
        "today": "Today",
        "pin": "Pin",
        "pinned": "pinned",
        "reason": "Hand-picked.",
        "other": "日本語",
    },
    "ja": {
        "today": "今日の状況",
        "pin": "ピン留め",
        "pinned": "ピン留め",
        "reason": "手動で選んだ商品です。",
        "other": "English",
    },
}
YEN = {"en": "¥", "ja": "￥"}


@pytest.fixture
def shop(transactional_db: None) -> None:
    del transactional_db
    create_people()
    build_shop(3)


@pytest.mark.usefixtures("shop")
def test_language__switched_in_the_menu__is_saved_in_the_account(tab: Tab, language: str) -> None:
    tab.fill_in_login("merchandiser")
    expect(tab.page.locator("html")).to_have_attribute("lang", language)

    tab.page.locator("#nav-sidebar").get_by_text("merchandiser@example.com").click()
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name=WORDS[language]["other"]).click()

    other = "ja" if language == "en" else "en"
    expect(tab.page.locator("html")).to_have_attribute("lang", other)
    expect(tab.page.get_by_text(WORDS[other]["today"]).first).to_be_visible()
    assert User.objects.get(username="merchandiser").language == other


@pytest.mark.usefixtures("shop")
def test_ladder__tiers_dragged__saves_their_order(tab: Tab) -> None:
    ladder = UpgradeLadder.objects.order_by("pk")[0]
    Product.objects.filter(sku="T-002").update(price_minor=500)
    tab.sign_in("merchandiser")
    tab.open(f"/admin/catalog/upgradeladder/{ladder.pk}/change/")

    handles = tab.page.locator("#tiers-data tbody.form-group.original span.cursor-move")
    handles.nth(2).drag_to(handles.nth(0))
    tab.save()

    labels = UpgradeTier.objects.filter(ladder=ladder).order_by("position").values_list("label", flat=True)
    assert list(labels) == ["松", "梅", "竹"]


@pytest.mark.usefixtures("shop")
def test_bundle__edited__shows_its_price_at_once(tab: Tab, language: str) -> None:
    yen, bundle = YEN[language], Bundle.objects.order_by("pk")[0]
    tab.sign_in("merchandiser")
    tab.open(f"/admin/catalog/bundle/{bundle.pk}/change/")
    price = tab.page.locator("#bundle-price [data-part=price]")
    expect(price).to_have_text(f"{yen}4,440")

    tab.page.select_option("#id_benefit_kind", "percent")
    tab.page.fill("#id_benefit_value", "10")
    expect(price).to_have_text(f"{yen}3,996")
    tab.page.fill("#id_items-0-quantity", "2")
    expect(price).to_have_text(f"{yen}4,878")
    tab.save()

    bundle.refresh_from_db()
    assert (bundle.benefit_value, bundle.unit_count) == (1000, 4)


@pytest.mark.usefixtures("shop")
def test_offer__previewed_for_a_product__shows_its_proposals(tab: Tab, language: str) -> None:
    offer = Offer.objects.order_by("pk")[0]
    refresh_snapshot(at=AT)
    tab.sign_in("merchandiser")
    tab.open(f"/admin/offers/offer/{offer.pk}/change/")

    tab.choose("id_preview-product", "Sencha 0")
    tab.page.click("#offer-preview button")

    proposal = tab.page.locator("#offer-preview .awase-proposal")
    expect(proposal).to_contain_text("Gyokuro 1")
    expect(proposal).to_contain_text(f"{YEN[language]}1,480")
    expect(proposal).to_contain_text(WORDS[language]["reason"])


@pytest.mark.usefixtures("shop")
def test_partner__pinned__is_first(tab: Tab, language: str) -> None:
    PartnerOverride.objects.all().delete()
    product = Product.objects.get(sku="T-000")
    tab.sign_in("merchandiser")
    tab.open(f"/admin/offers/productpartners/product/{product.pk}/")

    with tab.page.expect_navigation():
        tab.page.locator("[data-partner='T-002'] button[value=pin]").click()

    first = tab.page.locator("[data-partner]").first
    expect(first).to_have_attribute("data-partner", "T-002")
    expect(first).to_contain_text(WORDS[language]["pinned"])
    assert PartnerOverride.objects.get().action == "pin"


@pytest.mark.usefixtures("shop")
def test_recompute__requested_on_the_home_page__waits_for_a_worker(tab: Tab) -> None:
    tab.sign_in("merchandiser")
    tab.open("/admin/")

    with tab.page.expect_navigation():
        tab.page.locator("form[action$='/recomputerun/request/'] button").click()

    expect(tab.page.locator("form[action$='/recomputerun/request/'] button")).to_be_disabled()
    assert RecomputeRun.objects.filter(state="requested").count() == 1
