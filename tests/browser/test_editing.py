"""What makes editing quick: the command palette, pasted lists of SKUs, and attributes in rows."""

import pytest
from playwright.sync_api import expect

from catalog.models import Product
from offers.models import CuratedProduct, Offer
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData("text", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
UNDO = {"en": "Undo", "ja": "元に戻す"}
FAILED = {"en": "The list could not be looked up.", "ja": "リストを確認できませんでした。"}
UNKNOWN = {"en": "1 SKU is unknown: NONE", "ja": "未登録のSKUが1件あります：NONE"}


@pytest.fixture(autouse=True)
def shop(transactional_db: None) -> None:
    del transactional_db
    create_people()
    build_shop(4)


def paste(tab: Tab, selection: str, text: str) -> None:
    """Paste a text into the autocomplete, as the keyboard does."""
    tab.page.locator(selection).click()
    field = tab.page.locator(".select2-container--open .select2-search__field").element_handle()
    tab.page.evaluate(PASTE, [field, text])


def test_palette__opened_with_the_keyboard__leads_to_the_first_match(tab: Tab) -> None:
    product = Product.objects.get(sku="T-003")
    tab.sign_in("merchandiser")
    tab.open("/admin/catalog/product/")

    tab.page.locator("#searchbar").focus()
    # Keys that are pressed before the page's script has run are lost.
    tab.page.wait_for_function("document.querySelector('[x-data]')?._x_dataStack !== undefined")
    tab.page.keyboard.press("Control+k")
    tab.page.locator("#search-input-command:focus").wait_for()
    tab.page.keyboard.type("T-003")
    expect(tab.page.locator("#command-results-list li.active")).to_contain_text(product.name)
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")

    assert tab.page.url.endswith(f"/catalog/product/{product.pk}/change/")


def test_list_of_skus__pasted_into_a_field__is_picked_and_can_be_undone(tab: Tab, language: str) -> None:
    offer = Offer.objects.get(code="offer-0")
    tab.sign_in("merchandiser")
    tab.open(f"/admin/offers/crossselloffer/{offer.pk}/change/")

    paste(tab, "#id_trigger_products + .select2 .select2-selection", "T-001、Ｔ-002\u3000NONE,\nT-003")

    told = tab.page.locator("#awase-pasted")
    expect(told).to_contain_text(UNKNOWN[language])
    expect(tab.page.locator("#id_trigger_products option:checked")).to_have_count(4)
    told.get_by_role("button", name=UNDO[language]).click()
    expect(tab.page.locator("#id_trigger_products option:checked")).to_have_count(1)

    tab.page.context.clear_cookies()
    paste(tab, "#id_trigger_products + .select2 .select2-selection", "T-001 T-002")
    expect(told).to_contain_text(FAILED[language])
    expect(tab.page.locator(".select2-search__field").first).to_have_value("T-001 T-002")


def test_list_of_skus__pasted_into_a_row__fills_this_row_and_new_ones(tab: Tab) -> None:
    offer = Offer.objects.get(code="offer-1")
    tab.sign_in("merchandiser")
    tab.open(f"/admin/offers/crossselloffer/{offer.pk}/change/")
    tab.page.locator("#curated-group .add-row").click()

    paste(tab, "#id_curated-2-product + .select2 .select2-selection", "T-002 T-003 T-000")
    tab.page.locator("#awase-pasted").wait_for()
    tab.save()

    picked = CuratedProduct.objects.filter(offer=offer).order_by("position", "pk")
    assert list(picked.values_list("product__sku", flat=True)) == ["T-000", "T-001", "T-002", "T-003"]


def test_attributes__edited_in_rows__are_saved_with_their_types(tab: Tab) -> None:
    Product.objects.filter(sku="T-001").update(attributes={"size": "500 ml", "old": True, "parts": [1, 2]})
    product = Product.objects.get(sku="T-001")
    tab.sign_in("merchandiser")
    tab.open(f"/admin/catalog/product/{product.pk}/change/")
    rows = tab.page.locator(".awase-attribute")
    expect(rows).to_have_count(3)

    rows.filter(has=tab.page.locator("select >> nth=1")).locator("button").click()
    rows.last.locator("input").last.press("Enter")
    tab.page.keyboard.type("weight")
    rows.last.locator("select").select_option("number")
    rows.last.locator("input").last.fill("heavy")
    expect(rows.last.locator("small")).not_to_be_empty()
    rows.last.locator("input").last.fill("1.5")
    rows.last.locator("input").last.press("Enter")
    tab.page.keyboard.type("__proto__")
    rows.last.locator("input").last.fill("kept")
    tab.save()

    product.refresh_from_db()
    assert product.attributes == {"size": "500 ml", "parts": [1, 2], "weight": 1.5, "__proto__": "kept"}
