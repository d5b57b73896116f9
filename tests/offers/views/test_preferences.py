"""The preference page: what shoppers see and change, and who must not."""

import re
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category
from offers.models import ConsentStatement, Customer
from offers.services.preferences.link import issue_link_token
from offers.services.preferences.read import Preferences, read_preferences
from tests.offers.services.preferences.test_preferences import AT
from tests.support.api_cast import SHOP_ORIGIN, Cast
from tests.support.refusals import refuse


@pytest.fixture
def browser(cast: Cast) -> Client:  # noqa: ARG001 (it publishes the keys)
    """Return a browser without cookies, in which Django checks forms for CSRF."""
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})


def address(customer: str = "aki", seconds: int = 3600) -> str:
    return f"/preferences/{issue_link_token(customer=customer, expires_at=int(time.time()) + seconds)}"


def stored(customer: str = "aki") -> Preferences:
    return read_preferences(customer=customer, at=AT)


def listed(page: Any) -> list[str]:
    return re.findall(r'name="listed" value="([^"]+)"', page.text)


def save(browser: Client, off: set[str]) -> Any:
    names = listed(browser.get(address()))
    sent = {"action": "save", "listed": names, "on": [name for name in names if name not in off]}
    return browser.post(address(), sent, follow=True)


def test_page__of_a_link__shows_and_saves_without_cookies(browser: Client) -> None:
    page = save(browser, {"personalisation", "channel:email", "kind:upgrade"})

    assert "Your choices were saved." in page.text
    found = stored()
    assert (found.is_personalised, found.channels["email"], found.channels["web"]) == (False, False, True)
    assert [one.name for one in found.topics if not one.is_on] == ["upgrade"]
    said = ConsentStatement.objects.get(channel="email")
    assert (said.source, said.wording) == ("preferences", "Where you get offers: Email")
    assert said.page == "/preferences/"
    assert not browser.cookies
    save(browser, set())
    assert stored().is_personalised
    assert all(one.is_on for one in stored().topics)


def test_pause__and_resume__are_confirmed(browser: Client) -> None:
    paused = browser.post(address(), {"action": "pause", "pause_days": "7"}, follow=True)
    resumed = browser.post(address(), {"action": "resume"}, follow=True)

    assert "All offers are paused." in paused.text
    assert "You will not see any offers until" in paused.text
    assert "You will see offers again." in resumed.text
    assert stored().paused_until is None


def test_declined__can_be_taken_back_one_by_one(browser: Client) -> None:
    aki = Customer.objects.create(external_id="aki")
    tea = Category.objects.create(name="<b>Tea</b>", path="<b>Tea</b>")
    refuse(aki, products=["gone"], at=AT)
    browser.post(address(), {"action": "save", "listed": f"category:{tea.pk}"})
    page = browser.get(address())

    assert "&lt;b&gt;Tea&lt;/b&gt;" in page.text
    assert "<b>Tea" not in page.text
    taken = browser.post(address(), {"action": "take_back", "subject": f"category:{tea.pk}"}, follow=True)
    assert "It can be shown to you again." in taken.text
    assert all(one.is_on for one in stored().topics)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"action": "delete"},
        {"action": "pause"},
        {"action": "pause", "pause_days": "0"},
        {"action": "pause", "pause_days": "366"},
        {"action": "pause", "pause_days": "٣"},
        {"action": "take_back", "subject": "everything:"},
        {"action": "take_back", "subject": "offer:\0"},
        {"action": "save"},
        {"action": "save", "listed": "personalisation", "on": "channel:email"},
        {"action": "save", "listed": "channel:fax"},
        {"action": "save", "listed": ["personalisation", "kind:magic"]},
        {"action": "save", "listed": ["personalisation", "category:" + "9" * 40]},
    ],
)
def test_form__that_is_wrong__says_so_and_changes_nothing(browser: Client, form: dict[str, Any]) -> None:
    page = browser.post(address(), form)

    assert page.status_code == 400
    assert "Nothing was changed." in page.text
    assert not Customer.objects.exists()


def test_link__expired_or_changed__is_explained(browser: Client) -> None:
    forged = address()[:-2] + "xx"
    for method in (browser.get, browser.post):
        expired, changed = method(address(seconds=-1)), method(forged)
        assert (expired.status_code, changed.status_code) == (410, 403)
        assert "This link has expired" in expired.text
        assert "This link is not valid" in changed.text
    assert browser.get("/preferences/" + "x" * 3000).status_code == 403
    assert browser.get(address(" x")).status_code == 403


def test_token_of_the_shop__opens_the_page_of_its_customer_only(browser: Client, cast: Cast) -> None:
    opened = browser.get(f"/preferences/{cast.page.token('aki')}")
    browser.post(f"/preferences/{cast.page.token('ben')}", {"action": "pause", "pause_days": "7"})

    assert f"frame-ancestors {SHOP_ORIGIN}" in opened["Content-Security-Policy"]
    assert (stored("aki").paused_until, stored("ben").paused_until is None) == (None, False)
    expired = browser.get(f"/preferences/{cast.page.token('aki', -3600)}")
    assert expired.status_code == 410
    damaged = browser.get(f"/preferences/{cast.page.token('aki')[:-1]}x")
    assert damaged.status_code == 403


def test_requests__too_many_of_one_customer__are_429_and_others_are_served(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offers.views.preferences.REQUESTS_PER_MINUTE", 3)
    opened = [browser.get(address("busy")).status_code for _ in range(3)]

    refused = [
        browser.get(address("busy")),
        browser.post(address("busy"), {"action": "pause", "pause_days": "7"}),
    ]

    assert opened == [200] * 3
    assert {page.status_code for page in refused} == {429}
    assert all("Please wait a minute and try again." in page.text for page in refused)
    assert {page["Retry-After"] for page in refused} == {"60"}
    assert stored("busy").paused_until is None
    assert browser.get(address("calm")).status_code == 200


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "This page is not available at the moment"), ("ja", "ただいまこのページを表示できません")],
)
def test_page__database_does_not_answer__says_so_to_the_shopper(
    browser: Client, monkeypatch: pytest.MonkeyPatch, language: str, text: str
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("connection refused")

    for service in ("read_preferences", "change_preferences"):
        monkeypatch.setattr(f"offers.views.preferences.{service}", fail)
    form = {"action": "pause", "pause_days": "7"}

    pages = [browser.get(f"{address()}?lang={language}"), browser.post(f"{address()}?lang={language}", form)]

    for page in pages:
        assert (page.status_code, page["Retry-After"]) == (503, "5")
        assert text in page.text
        assert page["Referrer-Policy"] == "no-referrer"


def test_headers__keep_the_page_to_the_shop_and_its_address_secret(browser: Client) -> None:
    page = browser.get(address())
    policy = page["Content-Security-Policy"]

    assert f"frame-ancestors {SHOP_ORIGIN}" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in page
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    assert "<script" not in page.text
    assert "http" not in re.sub(r'lang="[^"]*"', "", page.text)
    refused = browser.get(address(seconds=-1))
    assert "frame-ancestors 'none'" in refused["Content-Security-Policy"]


def test_language__of_the_address_or_of_the_browser(browser: Client) -> None:
    by_browser = browser.get(address(), headers={"Accept-Language": "ja"})
    by_address = browser.get(f"{address()}?lang=ja")

    for page in (by_browser, by_address):
        assert '<html lang="ja">' in page.text
        assert "自分に合わせたおすすめを表示する" in page.text
    assert '<html lang="en">' in browser.get(f"{address()}?lang=xx").text


def test_queries__do_not_grow_with_categories(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Category.objects.bulk_create(Category(name=f"c{n}", path=f"c{n}") for n in range(120))
    with django_assert_max_num_queries(6):
        page = browser.get(address())

    assert sum(name.startswith("category:") for name in listed(page)) == 100
