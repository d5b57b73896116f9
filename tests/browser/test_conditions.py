"""The builder of conditions in a real browser: by keyboard alone, by mouse, and on a phone."""

import re
from collections.abc import Iterator

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Product
from offers.kinds.quantity.models import QuantityOffer
from offers.models import Customer, Offer
from tests.browser.conftest import Tab, browsing
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WIDTH = 390
TAB = {"en": "Audience and conditions", "ja": "対象と条件"}
ADD = {"en": "Add a condition", "ja": "条件を追加"}
# How many of some controls have no name that a screen reader could say.
NAMELESS = (
    "all => all.filter(one => !one.ariaLabel && !one.textContent.trim() && !one.closest('label')).length"
)
SAYS = {
    "en": (
        "For shoppers in the segment loyal, who bought Coffee in the last 60 days, Monday to Friday, "
        "17:00–22:00"
    ),
    "ja": "対象：セグメントが常連、過去60日以内にCoffeeを購入、月曜日〜金曜日、17:00〜22:00",
}


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab as wide as a phone in a shop that sells coffee."""
    create_people()
    build_shop(3)
    Product.objects.filter(sku="T-000").update(name="Coffee")
    with browsing(chromium, live_server, {"width": WIDTH, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.sign_in("merchandiser")
        yield tab
    assert tab.errors == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """Return what a screen reader calls the focused control."""
    name = "document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()"
    return str(page.evaluate(name))


def add_condition(page: Page, kind: str) -> None:
    """Press the focused button, and choose the kind as the keyboard does: by its value, then a tab on."""
    press(page, "Enter")
    page.locator("select:focus").select_option(kind)


def walk(page: Page, times: int) -> None:
    press(page, *["Tab"] * times)


def test_builder__by_keyboard_on_a_phone__builds_the_tree_and_says_it(phone: Tab, language: str) -> None:
    page = phone.page
    offer = Offer.objects.get(code="quantity-0")
    phone.open(f"/admin/offers/quantityoffer/{offer.pk}/change/")
    page.get_by_text(TAB[language], exact=True).last.click()
    add = page.get_by_role("button", name=ADD[language])
    sentence = page.locator("[data-part=sentence]")

    add.focus()
    add_condition(page, "segment")
    walk(page, 3)
    press(page, "Space")
    add.focus()
    add_condition(page, "bought_product")
    walk(page, 2)
    page.keyboard.type("60")
    walk(page, 1)
    page.keyboard.type("Coffee")
    page.locator(".select2-results__option--highlighted", has_text="Coffee").wait_for()
    press(page, "Enter")
    add.focus()
    add_condition(page, "weekday")
    walk(page, 1)
    for _day in range(5):
        press(page, "Tab", "Space")
    add.focus()
    add_condition(page, "hours")
    row = page.locator(".awase-condition").last
    row.locator("input").first.fill("17:00")
    row.locator("input").last.fill("22:00")
    expect(sentence).to_have_text(SAYS[language])

    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    controls = page.locator(".awase-tree :is(select, input, button):not([hidden])")
    assert controls.evaluate_all(NAMELESS) == 0
    with page.expect_navigation():
        page.locator("[name=_save]").press("Enter")
    coffee = Product.objects.get(sku="T-000").pk
    stored = QuantityOffer.objects.get(pk=offer.pk).conditions
    assert stored == {
        "version": 1,
        "match": "all",
        "nodes": [
            {"type": "segment", "op": "is", "values": ["loyal"]},
            {"type": "bought_product", "op": "within", "days": 60, "products": [coffee]},
            {"type": "weekday", "op": "is", "days": ["mon", "tue", "wed", "thu", "fri"]},
            {"type": "hours", "op": "between", "from": "17:00", "to": "22:00"},
        ],
    }


@pytest.mark.parametrize("language", ["en"])
def test_builder__with_rows_removed_and_incomplete__undoes_and_points_at_the_row(phone: Tab) -> None:
    page = phone.page
    offer = Offer.objects.get(code="quantity-0")
    rich = {"type": "cart_value", "op": "at_least", "minor": 1999, "currency": "USD"}
    known = {"type": "known", "op": "is"}
    Offer.objects.filter(pk=offer.pk).update(
        conditions={"version": 1, "match": "all", "nodes": [known, {"match": "any", "nodes": [rich]}]}
    )
    phone.open(f"/admin/offers/quantityoffer/{offer.pk}/change/")
    page.get_by_text(TAB["en"], exact=True).last.click()
    sentence = page.locator("[data-part=sentence]")
    amount = page.get_by_label("Amount", exact=True)

    expect(amount).to_have_value("19.99")
    page.get_by_role("button", name="Remove 2.1").press("Enter")
    expect(sentence).to_have_text("For shoppers who are known customers")
    assert focused(page) == "Condition"
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_role("button", name="Duplicate 2.1").press("Enter")
    amount.last.fill("")
    amount.first.focus()

    expect(page.get_by_role("group", name="Condition 2.2")).to_contain_text("This field is required")
    amount.last.fill("２，０００円")
    expect(sentence).to_have_text(re.compile(r"\(with at least \$19.99 in the cart or with at least \$2,000"))


def open_search(page: Page) -> None:
    """Open the focused select; its search takes letters only once the keyboard is in it."""
    press(page, "Enter")
    page.locator(".select2-container--open .select2-search__field:focus").wait_for()


def choose(page: Page, text: str) -> None:
    """Type into the focused search, take what is suggested, and wait until the row has the keyboard again."""
    page.keyboard.type(text)
    page.locator(".select2-results__option--highlighted", has_text=text).wait_for()
    press(page, "Enter")
    page.locator(".select2-results").wait_for(state="detached")
    page.locator(".awase-condition :focus").wait_for()


@pytest.mark.parametrize("language", ["en"])
def test_builder__survey_answer__suggests_what_was_asked_and_answered(phone: Tab) -> None:
    page = phone.page
    customer = Customer.objects.create(external_id="brewer")
    for survey, question, answer in (("taste", "brew", "filter"), ("skin", "type", "dry")):
        customer.survey_answers.create(survey=survey, question=question, answer=answer, answered_at=now())
    phone.open("/admin/offers/audience/add/")

    page.get_by_role("button", name=ADD["en"]).focus()
    add_condition(page, "answer")
    walk(page, 1)
    open_search(page)
    choose(page, "taste")
    walk(page, 1)
    open_search(page)
    expect(page.locator(".select2-results__option")).to_have_text(["brew"])
    choose(page, "brew")
    walk(page, 2)
    choose(page, "filter")

    says = "For shoppers who answered “brew” with filter"
    expect(page.locator("[data-part=sentence]")).to_have_text(says)
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH


@pytest.mark.parametrize("language", ["en"])
def test_builder__by_mouse__builds_groups_counts_and_points_at_what_is_wrong(phone: Tab) -> None:
    page = phone.page
    page.set_viewport_size({"width": 1280, "height": 900})
    offer = Offer.objects.get(code="quantity-0")
    phone.open(f"/admin/offers/quantityoffer/{offer.pk}/change/")
    page.get_by_text(TAB["en"], exact=True).last.click()
    sentence, count = page.locator("[data-part=sentence]"), page.locator("[data-part=count]")
    conditions = page.get_by_role("group", name=re.compile("^Condition "))

    page.get_by_role("button", name=ADD["en"]).click()
    conditions.last.get_by_label("Condition", exact=True).select_option("known")
    expect(count).to_contain_text("3 customers")
    page.get_by_role("button", name="Add a group").click()
    conditions.last.get_by_label("Condition", exact=True).select_option("cart_product")
    conditions.last.locator(".select2-selection").click()
    page.keyboard.type("Coffee")
    page.locator(".select2-results__option", has_text="Coffee").click()
    page.get_by_role("button", name="Duplicate 2.1").click()
    conditions.last.get_by_label("Condition", exact=True).select_option("hours")
    expect(sentence).to_have_class(re.compile("awase-hint"))
    sentence.click()
    expect(page.get_by_role("group", name="Condition 2.2")).to_contain_text("This field is required")
    page.get_by_role("button", name="Remove 2.2").click()
    page.get_by_role("button", name="Remove 2.1").click()
    expect(sentence).to_have_text("For shoppers who are known customers")
    page.get_by_role("button", name="Undo").click()
    page.get_by_label("How the conditions of the group combine").select_option("none")

    expect(sentence).to_have_text(re.compile("^For shoppers who are known customers, .*Coffee"))
    with page.expect_navigation():
        page.locator("[name=_save]").click()
    coffee = {"type": "cart_product", "op": "contains", "products": [Product.objects.get(sku="T-000").pk]}
    assert QuantityOffer.objects.get(pk=offer.pk).conditions == {
        "version": 1,
        "match": "all",
        "nodes": [{"type": "known", "op": "is"}, {"match": "none", "nodes": [coffee]}],
    }
