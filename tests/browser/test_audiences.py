"""An audience on a phone: built, counted while the page is open, and its members listed."""

from collections.abc import Iterator

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from offers.models import Audience, AudienceCount
from offers.services.audience.count import count_waiting
from tests.browser.conftest import Tab, browsing
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WIDTH = 390
ADD = {"en": "Add a condition", "ja": "条件を追加"}
WAITING = {"en": "Waiting for a worker to count it.", "ja": "集計の開始を待っています。"}
SIZE = {"en": "3 customers", "ja": "3人"}
MEMBERS = {"en": "Members", "ja": "メンバー"}


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab as wide as a phone in a shop with three customers."""
    create_people()
    build_shop(3)
    with browsing(chromium, live_server, {"width": WIDTH, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.sign_in("merchandiser")
        yield tab
    assert tab.errors == []


def test_audience__on_a_phone__is_built_counted_and_listed(phone: Tab, language: str) -> None:
    page = phone.page
    phone.open("/admin/offers/audience/add/")
    page.locator("#id_name_en").fill("Regulars")
    page.get_by_role("button", name=ADD[language]).press("Enter")
    kinds = page.locator("select:focus")
    assert kinds.locator("option[value=orders]").count() == 1
    assert kinds.locator("option[value=cart_value]").count() == 0
    kinds.select_option("orders")
    page.locator(".awase-condition input").fill("1")
    with page.expect_navigation():
        page.locator("[name=_continue]").press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH

    saved = Audience.objects.get(code="regulars")
    expect(page.locator("#audience .awase-count")).to_contain_text(WAITING[language])
    AudienceCount.objects.exclude(pk=saved.pk).delete()
    count_waiting(at=now())
    expect(page.locator("#audience .awase-count")).to_contain_text(SIZE[language])
    page.locator("#audience").get_by_role("link", name=MEMBERS[language]).press("Enter")

    expect(page.locator("#members tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
