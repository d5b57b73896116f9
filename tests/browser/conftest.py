"""A real Chromium on a live server."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.support.admin_cast import PASSWORD, open_session
from tests.support.chromium import ARGUMENTS, find_chromium

# Other tests may slow the machine down; no test depends on speed.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for all tests of this folder."""
    program = find_chromium()
    if program is None:
        pytest.skip("No Chromium: install the package chromium-headless-shell to click through the pages.")
    # Playwright runs an event loop in this thread, where Django would refuse database access.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def browsing(
    chromium: Browser, server: LiveServer, viewport: ViewportSize, locale: str
) -> Iterator[BrowserContext]:
    """Open a browser context in one language, and wait for pending requests at the end.

    A late request, such as an event, would otherwise use the database while it is cleared for the next test.
    """
    context = chromium.new_context(locale=locale, viewport=viewport)
    yield context
    context.close()
    # Connections are accepted in order: when this one is answered, all earlier ones have a thread.
    with urlopen(f"{server.url}/livez", timeout=60):  # noqa: S310 (our own address)
        pass
    for thread in threading.enumerate():
        if thread.name.endswith("(process_request_thread)"):
            thread.join(timeout=60)
            assert not thread.is_alive(), f"{thread.name} still answers a page that was closed"


class Tab:
    """An admin page that collects its script errors."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self._base_url = base_url
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str) -> None:
        """Open a page; its deferred scripts have run when it is loaded."""
        self.page.goto(f"{self._base_url}{path}")

    def sign_in(self, name: str) -> None:
        """Give the browser a session of this user."""
        value = open_session(name).cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self._base_url}]
        )

    def fill_in_login(self, name: str) -> None:
        """Sign in with the login form, which leads to the home page."""
        self.open("/admin/login/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("#login-form button[type=submit]")
        self.page.wait_for_url("**/admin/")

    def choose(self, field: str, typed: str) -> None:
        """Type into an autocomplete and select the first result."""
        self.page.locator(f"#{field} + .select2 .select2-selection").click()
        self.page.locator(".select2-container--open .select2-search__field").fill(typed)
        answer = self.page.locator(".select2-results__option--highlighted", has_text=typed)
        answer.wait_for()
        answer.click()

    def save(self) -> None:
        """Click the page's Save button."""
        with self.page.expect_navigation():
            self.page.click("[name=_save]")


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    """Run the test in both languages: a translation can break a script."""
    language: str = request.param
    return language


@pytest.fixture
def tab(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab in the language; fail on script errors."""
    with browsing(chromium, live_server, {"width": 1360, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        yield tab
    assert tab.errors == []
