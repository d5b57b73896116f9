"""Promotion codes in bulk on a phone: sampled, generated while the page is open, found and revoked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from offers.models import CodeBatch
from offers.services.codes.generate import generate_waiting
from tests.browser.conftest import Tab, browsing
from tests.offers.services.codes.batches import AT, codes_of, offer_with_code
from tests.support.admin_cast import create_people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WIDTH = 390
SAMPLE = {"en": "Show a sample", "ja": "見本を表示"}
WAITING = {"en": "Waiting for a worker", "ja": "コードの発行開始を待っています"}
REVOKED = {"en": "revoked", "ja": "無効"}


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab as wide as a phone in a shop with an offer that needs a code."""
    create_people()
    offer_with_code()
    with browsing(chromium, live_server, {"width": WIDTH, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.sign_in("merchandiser")
        yield tab
    assert tab.errors == []


def test_batch__on_a_phone__is_sampled_generated_searched_and_revoked_by_keyboard(
    phone: Tab, language: str
) -> None:
    page = phone.page
    phone.open("/admin/offers/codebatch/add/")
    page.locator("#id_name").fill("Spring")
    phone.choose("id_offer", "ten-off")
    page.locator("#id_size").fill("3")
    page.locator("#id_prefix").fill("SPR-")
    page.get_by_role("button", name=SAMPLE[language]).press("Enter")
    expect(page.locator("#sample code")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    with page.expect_navigation():
        page.locator("[name=_continue]").press("Enter")

    expect(page.locator("#batch-status")).to_contain_text(WAITING[language])
    generate_waiting(at=AT)
    find = page.locator("[name=find]")
    batch = CodeBatch.objects.get()
    find.fill(codes_of(batch)[1].lower())
    with page.expect_navigation():
        find.press("Enter")
    with page.expect_navigation():
        page.locator("#found button").press("Enter")

    assert list(batch.codes.order_by("pk").values_list("is_revoked", flat=True)) == [False, True, False]
    expect(page.locator("#codes")).to_contain_text(REVOKED[language])
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
