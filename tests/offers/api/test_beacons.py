"""Calls without a preflight: events as a text, and offers with the key in the address."""

from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from gateway.api.beacon import MAX_BEACON_BYTES
from offers.models import Event
from tests.support.api_cast import SHOP_ORIGIN, Caller, Cast, body_of, problem_of

OFFERS, EVENTS, PRODUCTS = "/api/v1/offers", "/api/v1/events", "/api/v1/products"
TEXT = "text/plain;charset=UTF-8"

pytestmark = pytest.mark.usefixtures("shop")


def browser(origin: str = SHOP_ORIGIN) -> Caller:
    """Return a page that sends no Authorization header."""
    return Caller(headers={"Origin": origin})


def batch(cast: Cast, **fields: Any) -> dict[str, Any]:
    """Return a beacon about a decision that the page was shown."""
    shown = body_of(cast.page.get(f"{OFFERS}?placement=product_page&product=bread"))
    event = {"event_id": "e-1", "type": "impression", "decision_id": shown["decision_id"]}
    event |= {"offer": shown["offers"][0]["offer"], "position": 1}
    return {"key": cast.page.key, "events": [event], **fields}


def test_beacon__from_the_page__is_recorded_once(cast: Cast) -> None:
    sent = batch(cast)

    answers = [browser().send("POST", EVENTS, sent, TEXT) for _ in range(2)]

    assert [one.status_code for one in answers] == [202, 202]
    assert [body_of(one)["accepted"] for one in answers] == [1, 0]
    assert Event.objects.get().key == cast.page.row


def test_beacon__with_a_customer_token__declines_for_the_customer(cast: Cast) -> None:
    sent = batch(cast)
    sent["events"][0] |= {"type": "decline", "customer_token": cast.page.token("333")}

    assert body_of(browser().send("POST", EVENTS, sent, TEXT))["accepted"] == 1

    asked = {"placement": "cart", "cart": [{"sku": "bread"}], "customer_token": cast.page.token("333")}
    assert body_of(cast.page.post(OFFERS, asked))["offers"] == []


def test_beacon__wrong__is_a_problem_and_records_nothing(cast: Cast) -> None:
    good = batch(cast)
    keyed = {"key": cast.page.key}
    page = browser()

    def send(body: Any, who: Caller = page, content_type: str = TEXT) -> Any:
        return who.send("POST", EVENTS, body, content_type)

    assert problem_of(send({"events": good["events"]}), 401, "key_required")["detail"].endswith("the body.")
    problem_of(send(good | {"key": "pk_unknown"}), 401, "key_invalid")
    problem_of(send(good | {"key": cast.revoked.key}), 401, "key_invalid")
    problem_of(send(good | {"key": cast.server.key}), 403, "secret_key_exposed")
    problem_of(send(good, browser("https://evil.example")), 403, "origin_not_allowed")
    problem_of(send(good | {"colour": "red"}), 400, "invalid_request")
    problem_of(send(keyed), 400, "invalid_request")
    problem_of(send(b"{"), 400, "malformed_json")
    problem_of(send(msgspec.json.encode(good)[:-1] + b', "key": "pk_"}'), 400, "duplicate_key")
    problem_of(send(b" " * (MAX_BEACON_BYTES + 1)), 413, "body_too_large")
    problem_of(send(good, content_type="text/plain;charset=Shift_JIS"), 401, "key_required")
    problem_of(send(good, content_type="application/json"), 401, "key_required")
    problem_of(send({"events": good["events"]}, cast.page), 415, "unsupported_media_type")
    problem_of(page.send("POST", OFFERS, {**keyed, "placement": "cart"}, TEXT), 401, "key_required")
    assert not Event.objects.exists()


def test_address__publishable_key__gets_the_same_cacheable_offers(cast: Cast) -> None:
    asked = f"{OFFERS}?placement=product_page&product=bread"

    response = browser().get(f"{asked}&key={cast.page.key}")
    with_header = cast.page.get(asked)

    assert response.status_code == 200
    assert body_of(response)["offers"] == body_of(with_header)["offers"] != []
    assert response["Access-Control-Allow-Origin"] == SHOP_ORIGIN
    assert response["Cache-Control"].startswith("public")
    again = browser().get(f"{asked}&key={cast.page.key}", If_None_Match=response["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize(
    "place", ["token={}", "{}=1", "placement=cart&next=https://x/?key%3D{}", "q=Bearer+{}"]
)
def test_address__secret_key_in_any_parameter__is_refused_and_never_shown(
    cast: Cast, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = cast.server.key or ""

    for path in (OFFERS, PRODUCTS, "/api/v1/orders/1"):
        response = cast.server.get(f"{path}?{place.format(secret)}")

        problem_of(response, 403, "secret_key_exposed")
        assert secret not in response.content.decode()
    assert secret not in caplog.text


@pytest.mark.parametrize(
    "place",
    ["orders/{}", "orders/a%2F{}/refunds", "customers/{}/preferences", "{}", "nothing/%73k{}", "products?{}"],
)
def test_address__secret_key_in_any_path__is_refused_and_never_shown(
    cast: Cast, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = cast.server.key or ""

    for who in (cast.server, cast.nobody):
        response = who.get(
            "/api/v1/" + place.format(secret.removeprefix("sk") if "%73k" in place else secret)
        )

        problem_of(response, 403, "secret_key_exposed")
        assert secret not in response.content.decode()
    assert "/api/v1/" in caplog.text
    assert secret not in caplog.text


def test_address__sku_that_begins_like_a_secret_key__is_a_sku(cast: Cast) -> None:
    response = cast.server.get(f"{OFFERS}?placement=product_page&product=sk_bread")

    assert [note["code"] for note in body_of(response)["notes"]] == ["unknown_sku"]


def test_address__any_other_key__is_a_problem(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    asked, page = f"{OFFERS}?placement=cart", browser()
    secret = cast.server.key or ""

    for key in (secret, quote(secret).replace("sk", "%73k"), "sk_gone"):
        for who in (page, cast.server):
            response = who.get(f"{asked}&key={key}")
            assert "Revoke it" in problem_of(response, 403, "secret_key_exposed")["detail"]
    problem_of(cast.nobody.post(f"{PRODUCTS}?key={secret}", {}), 403, "secret_key_exposed")

    problem_of(page.get(f"{asked}&key=pk_unknown"), 401, "key_invalid")
    problem_of(page.get(f"{asked}&key="), 401, "key_required")
    problem_of(browser("https://evil.example").get(f"{asked}&key={cast.page.key}"), 403, "origin_not_allowed")
    problem_of(page.post(f"{OFFERS}?key={cast.page.key}", {"placement": "cart"}), 401, "key_required")
    twice = page.get(f"{asked}&key={cast.page.key}&key={cast.page.key}")
    assert problem_of(twice, 400, "invalid_request")["errors"][0]["pointer"] == "?key"
    assert caplog.records
    assert secret not in caplog.text
