"""The preference page as a shopper opens it: on a phone, without JavaScript, inside a page of the shop."""

import time

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Category
from gateway.services.key import create_key, publish_key_ring
from offers.services.preferences.link import issue_link_token
from offers.services.preferences.read import read_preferences

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
LONG_NAME = "Sencha-of-the-first-harvest-from-the-hills-of-Shizuoka-in-a-tin-with-a-spoon"
WIDTH = 390


def test_shopper__on_a_phone_without_scripts__turns_things_off_by_keyboard(
    chromium: Browser, live_server: LiveServer
) -> None:
    create_key(name="page", kind="publishable", origins=(live_server.url,))
    publish_key_ring()
    Category.objects.create(name=LONG_NAME, path=LONG_NAME)
    token = issue_link_token(customer="aki", expires_at=int(time.time()) + 600)
    context = chromium.new_context(
        locale="ja-JP", viewport={"width": WIDTH, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()

    page.goto(f"{live_server.url}/preferences/{token}")
    assert page.locator("html").get_attribute("lang") == "ja"
    page.get_by_role("link", name="English").click()
    page.get_by_label("Offers that fit me").focus()
    page.keyboard.press("Space")
    page.get_by_label(LONG_NAME).uncheck()
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.get_by_role("status")).to_have_text("Your choices were saved.")
    expect(page.get_by_label("Offers that fit me")).not_to_be_checked()
    widest = page.locator("body *").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= WIDTH
    stored = read_preferences(customer="aki", at=now())
    assert (stored.is_personalised, [one.title for one in stored.topics if not one.is_on]) == (
        False,
        [LONG_NAME],
    )
    page.get_by_role("button", name="Pause all offers").click()
    page.get_by_role("button", name="Show offers again").click()
    expect(page.get_by_role("status")).to_have_text("You will see offers again.")
    context.close()
