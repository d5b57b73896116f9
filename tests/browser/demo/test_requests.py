"""What the page asks the API, and what it does with late, missing and refusing answers."""

import json
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from demo.services.shoppers import DemoShopper
from demo.views.texts import shopper_names
from launch.services.environment import environment_path
from offers.models import Customer, CustomerFacts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_page__outdated_response__is_not_shown(page: Page, shop: str) -> None:
    held: list[Route] = []

    def hold_back_the_first(route: Route) -> None:
        asked = json.loads(route.request.post_data or "")
        is_first = asked["cart"] == [{"sku": "plain", "quantity": 1}]
        held.append(route) if is_first else route.continue_()

    page.route("**/api/v1/offers", hold_back_the_first)
    page.goto(f"{shop}?language=en")
    cost = page.locator("#product_page [data-offer=next-step-up] .cost")

    page.get_by_role("button", name="Add to cart").click(click_count=2)
    expect(cost).to_contain_text("$1.04")
    with page.expect_response(lambda answer: answer.request == held[0].request) as overtaken:
        held[0].continue_()

    assert overtaken.value.ok
    overtaken.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(cost).to_contain_text("$1.04")


def test_page__open_for_more_than_a_day__renews_what_its_customers_are_signed_with(
    page: Page, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = CustomerFacts(
        customer=Customer.objects.get(), segment="new", order_count=1, last_order_date=date(2026, 11, 1)
    )
    regular = DemoShopper(next(iter(shopper_names())), facts, (), None)
    monkeypatch.setattr("demo.views.page.read_shoppers", lambda **_: [regular])
    answers: list[int] = []
    page.on("response", lambda one: answers.append(one.status) if one.url.endswith("/offers") else None)
    page.clock.install()
    with monkeypatch.context() as yesterday:
        yesterday.setattr("demo.views.page.MAX_LIFETIME_SECONDS", -24 * 3600)
        page.goto(f"{shop}?language=en")
    page.wait_for_load_state("networkidle")

    with page.expect_response(lambda one: one.url.endswith("/offers") and one.ok):
        page.locator("#customer").select_option("c-1")

    assert answers == [200, 403, 200]
    expect(page.locator(".fault")).to_have_count(0)
    with page.expect_response(page.url):
        page.clock.fast_forward("13:00:00")


def test_page__product_and_cart__ask_for_offers_in_one_call(page: Page, shop: str) -> None:
    asked: list[list[str]] = []

    def note(call: Request) -> None:
        if call.url.endswith("/api/v1/offers"):
            asked.append(json.loads(call.post_data or "")["placements"])

    page.on("request", note)
    page.goto(f"{shop}?language=en")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("button", name="Checkout").click()
    page.wait_for_load_state("networkidle")

    assert asked == [
        ["product_page", "cart"],
        ["product_page", "cart"],
        ["product_page", "checkout"],
    ]


def test_page__shop_unreachable__shows_an_error_and_a_retry_button(page: Page, shop: str) -> None:
    page.route("**/api/v1/offers", lambda route: route.abort(), times=1)
    page.goto(f"{shop}?language=en")
    expect(page.locator("#product_page")).to_contain_text("The shop is not responding.")

    page.locator("#product_page").get_by_role("button", name="Try again").click()

    expect(page.locator("#product_page [data-offer=next-step-up]")).to_be_visible()


def test_page__too_many_requests__retries_automatically(page: Page, shop: str) -> None:
    refusal = {"status": 429, "headers": {"Retry-After": "1"}, "json": {"code": "rate_limited"}}
    page.route("**/api/v1/quotes", lambda route: route.fulfill(**refusal), times=1)
    page.goto(f"{shop}?language=en")

    page.get_by_role("button", name="Add to cart").click()

    expect(page.locator("#hints")).to_contain_text("Retrying in 1 s.")
    expect(page.locator("#total")).to_have_text("Total $0.45")


def test_page__no_key__explains_how_to_start(page: Page, shop: str, tmp_path: Path) -> None:
    environment_path(tmp_path).unlink()

    page.goto(f"{shop}?language=en")

    expect(page.locator("#product_page")).to_contain_text("make demo")
