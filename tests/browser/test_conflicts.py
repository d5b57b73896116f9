"""Two tabs of a browser edit the same thing: the second one to save sees both versions and chooses."""

import pytest
from playwright.sync_api import Page, expect

from catalog.models import Product, UpgradeLadder
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def shop(transactional_db: None) -> None:
    del transactional_db
    create_people()
    build_shop(3)


def other_tab(tab: Tab) -> Tab:
    """Open another tab of the same browser."""
    return Tab(tab.page.context.new_page(), tab._base_url)


def answers(page: Page, name: str) -> dict[str, str]:
    """Return what the comparison shows of a field or a row, by its versions."""
    row = page.locator("tr", has=page.locator(f"[name=_asked][value='{name}']"))
    cells = row.locator("td").all_inner_texts()
    return dict(zip(("opened", "stored", "entered"), map(str.strip, cells), strict=True))


@pytest.mark.usefixtures("shop")
def test_two_tabs__same_field__second_save_compares_and_stores_what_is_chosen(tab: Tab) -> None:
    product = Product.objects.get(sku="T-000")
    tab.sign_in("merchandiser")
    address = f"/admin/catalog/product/{product.pk}/change/"
    second = other_tab(tab)
    for one in (tab, second):
        one.open(address)

    second.page.fill("#id_price_minor", "1200")
    second.page.fill("#id_brand", "Uji")
    second.save()
    tab.page.fill("#id_price_minor", "1500")
    tab.page.fill("#id_description", "Fresh")
    tab.save()

    expect(tab.page.locator("[role=alert]")).to_be_visible()
    assert answers(tab.page, "field-price_minor") == {"opened": "980", "stored": "1200", "entered": "1500"}
    assert Product.objects.get(pk=product.pk).price_minor == 1200
    tab.page.check("[name='_take-field-price_minor'][value=entered]")
    with tab.page.expect_navigation():
        tab.page.click(".awase-conflict button")
    product.refresh_from_db()
    assert (product.price_minor, product.brand, product.description) == (1500, "Uji", "Fresh")


@pytest.mark.usefixtures("shop")
def test_rows__on_a_phone__are_compared_and_the_stored_ones_taken(tab: Tab) -> None:
    ladder = UpgradeLadder.objects.order_by("pk")[0]
    tier = ladder.tiers.order_by("position")[0]
    tab.sign_in("merchandiser")
    tab.page.set_viewport_size({"width": 390, "height": 800})
    tab.open(f"/admin/catalog/upgradeladder/{ladder.pk}/change/")
    ladder.tiers.filter(pk=tier.pk).update(label="Basic")

    tab.page.fill("#id_tiers-0-label", "Entry")
    tab.save()

    shown = answers(tab.page, f"row-tiers-{tier.pk}")
    assert [text.rpartition(" ")[2] for text in shown.values()] == ["梅", "Basic", "Entry"]
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390
    tab.page.check(f"[name='_take-row-tiers-{tier.pk}'][value=stored]")
    with tab.page.expect_navigation():
        tab.page.click(".awase-conflict button")
    tier.refresh_from_db()
    assert tier.label == "Basic"
