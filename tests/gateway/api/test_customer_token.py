"""A page acts only for the customer that the shop's server has signed."""

import hashlib
import hmac
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from gateway.models import ApiKey
from gateway.services.customer_token import CLOCK_SKEW_SECONDS, MAX_LIFETIME_SECONDS, issue_customer_token
from gateway.services.key import OVERLAP, publish_key_ring, replace_signing_secret, secret_of
from offers.models import Customer
from tests.support.api_cast import SHOP_ORIGIN, Caller, Cast, body_of, caller, problem_of
from tests.support.refusals import refuse

OFFERS, QUOTES, EVENTS = "/api/v1/offers", "/api/v1/quotes", "/api/v1/events"
# The node of the environment, as in test_clients.
NODE = str(Path(sys.executable).parent / "node")
DOCS = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()

pytestmark = pytest.mark.usefixtures("shop")


def ask(who: Caller, **fields: Any) -> Any:
    return who.post(OFFERS, {"placement": "cart", "cart": [{"sku": "bread"}], **fields})


def calls(who: Caller, **fields: Any) -> list[Any]:
    """Send the fields wherever a customer is accepted in a body of its own."""
    return [
        ask(who, **fields),
        who.post(OFFERS, {"placements": ["cart"], **fields}),
        who.post(QUOTES, {"cart": [{"sku": "bread"}], **fields}),
    ]


def rejected(who: Caller, **fields: Any) -> Any:
    """Send an event with the fields; return why it is rejected."""
    shown = body_of(ask(who))
    event = {"event_id": "e-1", "type": "click", "decision_id": shown["decision_id"]}
    event |= {"offer": shown["offers"][0]["offer"], "position": 1, **fields}
    (rejection,) = body_of(who.post(EVENTS, {"events": [event]}))["rejected"]
    return rejection


def test_customer__named_by_a_page__needs_a_token(cast: Cast) -> None:
    for response in calls(cast.page, customer="333"):
        (error,) = problem_of(response, 403, "customer_token_required")["errors"]
        assert (error["pointer"], error["code"]) == ("/customer", "token_required")
    assert rejected(cast.page, customer="333")["code"] == "token_required"
    assert not Customer.objects.exists()


@pytest.mark.parametrize("customer", ["333", "a@b.example", "顧客-7", "x" * 128, "価" * 128])
def test_token__valid__is_the_customer(cast: Cast, customer: str) -> None:
    refuse(Customer.objects.create(external_id=customer), offers=["goes-with-it"], at=now())

    response = ask(cast.page, customer_token=cast.page.token(customer))

    assert (response.status_code, body_of(response)["offers"]) == (200, [])
    assert body_of(ask(cast.page, customer_token=cast.page.token("another")))["offers"] != []


def other_key(who: Caller) -> str:
    del who
    return caller("publishable", (SHOP_ORIGIN,)).token("333")


def forged(who: Caller) -> str:
    """Return a token of another customer with the signature of one's own."""
    mine = who.token("1")
    return mine.replace(f".{b'1'.hex()}.", f".{b'333'.hex()}.")


def signed_by(who: Caller, customer: bytes, expires_at: int | str) -> str:
    assert who.row is not None
    secret = secret_of(who.row)
    text = f"{secret[:11]}.{expires_at}.{customer.hex()}"
    return f"{text}.{hmac.digest(secret.encode(), text.encode(), hashlib.sha256).hex()}"


WRONG: dict[str, tuple[Callable[[Caller], str], str]] = {
    "no token": (lambda _: "333", "token_malformed"),
    "a JWT": (lambda _: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIzMzMifQ.c2ln", "token_malformed"),
    "empty customer": (lambda who: signed_by(who, b"", 2_000_000_000), "token_malformed"),
    "customer is not UTF-8": (lambda who: signed_by(who, b"\xff", int(time.time()) + 60), "token_malformed"),
    "no customer id": (lambda who: signed_by(who, b" 333", int(time.time()) + 60), "token_malformed"),
    "expired": (lambda who: who.token("333", -CLOCK_SKEW_SECONDS - 30), "token_expired"),
    "in milliseconds": (lambda who: who.token("333", int(time.time() * 999)), "token_lifetime"),
    "too long": (
        lambda who: who.token("333", MAX_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS + 30),
        "token_lifetime",
    ),
    "another key's": (other_key, "token_other_key"),
    "another customer's": (forged, "token_signature"),
    "another end": (
        lambda who: re.sub(r"\.[0-9]{10}\.", ".1999999999.", who.token("333")),
        "token_signature",
    ),
    "unknown secret": (lambda who: "ss_AAAAAAAA" + who.token("333")[11:], "token_secret_unknown"),
    "name as secret": (
        lambda who: issue_customer_token(
            secret=who.token("3")[:11], customer="333", expires_at=int(time.time()) + 60
        ),
        "token_signature",
    ),
}


@pytest.mark.parametrize(("token", "code"), WRONG.values(), ids=WRONG)
def test_token__wrong__is_refused_at_its_field(cast: Cast, token: Callable[[Caller], str], code: str) -> None:
    sent = token(cast.page)

    for response in calls(cast.page, customer_token=sent):
        (error,) = problem_of(response, 403, "customer_token_invalid")["errors"]
        assert (error["pointer"], error["code"]) == ("/customer_token", code)
    rejection = rejected(cast.page, customer_token=sent)
    assert (rejection["code"], rejection["detail"].split(":")[0]) == (code, "customer_token")
    assert not Customer.objects.exists()


def test_token__clocks_that_differ_a_little__is_accepted(cast: Cast) -> None:
    late = cast.page.token("333", -CLOCK_SKEW_SECONDS + 60)
    early = cast.page.token("333", MAX_LIFETIME_SECONDS + CLOCK_SKEW_SECONDS - 60)

    assert [ask(cast.page, customer_token=token).status_code for token in (late, early)] == [200, 200]


def test_token__beside_a_customer_or_with_a_secret_key__is_400(cast: Cast) -> None:
    both = ask(cast.page, customer="1", customer_token=cast.page.token("1"))
    by_server = ask(cast.server, customer_token=cast.page.token("1"))

    codes = [problem_of(one, 400, "invalid_request")["errors"][0]["code"] for one in (both, by_server)]
    assert codes == ["ambiguous", "publishable_key_only"]


@pytest.mark.parametrize(("has_leaked", "status"), [(False, 200), (True, 403)])
def test_secret__replaced__old_tokens_are_accepted_for_a_week_unless_it_leaked(
    cast: Cast, has_leaked: bool, status: int
) -> None:
    old = cast.page.token("333")
    assert cast.page.row is not None

    replace_signing_secret(key=cast.page.row, at=now(), has_leaked=has_leaked)
    publish_key_ring()
    cast.page.row.refresh_from_db()

    assert ask(cast.page, customer_token=cast.page.token("333")).status_code == 200
    assert ask(cast.page, customer_token=old).status_code == status

    replaced_at = now() - OVERLAP - timedelta(seconds=1)
    ApiKey.objects.update(old_signing_until=None)
    replace_signing_secret(key=cast.page.row, at=replaced_at, has_leaked=has_leaked)
    publish_key_ring()
    before = issue_customer_token(
        secret=secret_of(cast.page.row), customer="333", expires_at=int(time.time()) + 60
    )
    (error,) = problem_of(ask(cast.page, customer_token=before), 403, "customer_token_invalid")["errors"]
    assert error["code"] == "token_secret_unknown"


def test_token__secret_key_of_the_installation_rotated__stays_valid(cast: Cast, settings: Settings) -> None:
    token = cast.page.token("333")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]

    assert ask(cast.page, customer_token=token).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    problem_of(ask(cast.page, customer_token=token), 403, "customer_token_invalid")


def test_key_that_allows_names__unknown_customer__is_created_by_no_call(cast: Cast) -> None:
    del cast
    page = caller("publishable", (SHOP_ORIGIN,), customers_by_token=False)

    decision, quote = (
        ask(page, customer="333"),
        page.post(QUOTES, {"cart": [{"sku": "bread"}], "customer": "333"}),
    )
    shown = body_of(decision)
    event = {"event_id": "e-1", "type": "decline", "decision_id": shown["decision_id"], "customer": "333"}
    event |= {"offer": shown["offers"][0]["offer"], "position": 1}
    reported = page.post(EVENTS, {"events": [event]})

    assert body_of(reported) == {"accepted": 1, "duplicates": 0, "rejected": []}
    assert [note["code"] for note in body_of(quote)["notes"]] == ["unknown_customer"]
    assert not Customer.objects.exists()


def example_of(language: str, beginning: str) -> str:
    (example,) = re.findall(rf"```{language}\n({re.escape(beginning)}.*?)```", DOCS, re.DOTALL)
    return str(example)


def test_docs__python_and_javascript_examples__sign_what_the_api_accepts(cast: Cast) -> None:
    assert cast.page.row is not None
    secret = secret_of(cast.page.row)
    python = example_of("python", "import hashlib").replace("$SIGNING", secret)
    javascript = example_of("js", "import { createHmac").replace("$SIGNING", secret)

    for command in ([sys.executable, "-c", python], [NODE, "--input-type=module", "--eval", javascript]):
        printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        assert f".{b'c-123'.hex()}." in printed
        assert ask(cast.page, customer_token=printed.strip()).status_code == 200
