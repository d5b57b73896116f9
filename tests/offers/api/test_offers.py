"""POST /api/v1/offers: the hot path."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from engine.learned.generations import PURCHASE
from engine.pricing import Benefit
from engine.snapshot.data import OfferData
from engine.snapshot.writer import write_snapshot
from offers.models import Customer, CustomerHistory
from offers.services.tokens import read_decision_token
from tests.support.api_cast import Cast, body_of, caller, problem_of, shop_data
from tests.support.refusals import refuse

URL = "/api/v1/offers"
CART = {"placement": "cart", "cart": [{"sku": "bread", "quantity": 2}]}
# But for the decision_id.
ANSWER = {
    "placement": "cart",
    "generation": "2026-11-21T09:00:00Z",
    "offers": [
        {
            "offer": "goes-with-it",
            "kind": "cross_sell",
            "position": 1,
            "headline": "Goes well with it",
            "body": "",
            "products": [
                {
                    "sku": "butter",
                    "name": "バター",
                    "quantity": 1,
                    "image_url": "https://shop.example/butter.webp",
                    "page_url": "https://shop.example/butter",
                    "price": {"amount": "480", "currency": "JPY"},
                    "offer_price": {"amount": "432", "currency": "JPY"},
                }
            ],
            "replaces": None,
            "gains": [],
            "price": {
                "list": {"amount": "480", "currency": "JPY"},
                "offer": {"amount": "432", "currency": "JPY"},
                "saving": {"amount": "48", "currency": "JPY"},
                "added": {"amount": "432", "currency": "JPY"},
            },
            "strategy": "bought_together",
            "reason": {
                "code": "bought_together",
                "text": "Bought together in 1,312 orders",
                "evidence": {
                    "with": "bread",
                    "orders": 1312,
                    "support": 0.5,
                    "confidence": 0.5,
                    "lift": 3.1,
                    "llr": 0.5,
                },
            },
        }
    ],
    "notes": [],
}

pytestmark = pytest.mark.usefixtures("shop")


def test_offers__cart__are_answered_as_documented(cast: Cast) -> None:
    response = cast.server.post(URL, CART)

    answer = body_of(response)
    assert response.status_code == 200
    assert answer.pop("decision_id")
    assert answer == ANSWER


def test_offers__decision_id__proves_what_was_shown(cast: Cast) -> None:
    answer = body_of(cast.server.post(URL, CART))

    token = read_decision_token(answer["decision_id"], at=int(time.time()))

    assert cast.server.row is not None
    assert (token.placement, token.key) == ("cart", cast.server.row.pk)
    shown = token.find("goes-with-it", 1)
    assert shown is not None
    assert shown.offer_minor == 432
    assert shown.products[0].sku == "butter"


@pytest.mark.parametrize(
    ("locale", "headline"),
    [
        ("ja", "ご一緒にどうぞ"),
        ("ja-JP", "ご一緒にどうぞ"),
        ("en-GB", "Goes well with it"),
        ("fr", "Goes well with it"),
        (None, "Goes well with it"),
    ],
)
def test_offers__locale__is_used_or_falls_back(cast: Cast, locale: str | None, headline: str) -> None:
    answer = body_of(cast.server.post(URL, {**CART, "locale": locale}))

    assert answer["offers"][0]["headline"] == headline


def test_offers__locale_without_texts__gets_the_shops_own(cast: Cast, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "ja"

    answer = body_of(cast.server.post(URL, {**CART, "locale": "fr"}))

    assert answer["offers"][0]["headline"] == "ご一緒にどうぞ"


def test_offers__unknown_sku__is_noted(cast: Cast) -> None:
    response = cast.server.post(URL, {"placement": "cart", "cart": [{"sku": "ufo", "quantity": 1}]})

    assert response.status_code == 200
    (note,) = body_of(response)["notes"]
    assert (note["code"], note["pointer"]) == ("unknown_sku", "/cart/0/sku")


@pytest.mark.parametrize("sku", ["a b", "bread\u200b", "\u00a0"])
def test_offers__sku_that_no_product_can_have__is_noted(cast: Cast, sku: str) -> None:
    answer = body_of(cast.server.post(URL, {"placement": "cart", "product": sku}))

    assert [(note["code"], note["pointer"]) for note in answer["notes"]] == [("unknown_sku", "/product")]


def test_offers__full_width_sku__is_the_same_product(cast: Cast) -> None:
    answer = body_of(cast.server.post(URL, {"placement": "cart", "cart": [{"sku": "ｂｒｅａｄ"}]}))

    assert answer["offers"][0]["products"][0]["sku"] == "butter"


@pytest.mark.parametrize(
    "context",
    [
        {"placement": "closed", "product": "bread"},
        {"placement": "cart"},
        {**CART, "exclude": ["butter"]},
        {**CART, "exclude_offers": ["goes-with-it"]},
    ],
)
def test_offers__nothing_to_propose__is_an_empty_list(cast: Cast, context: dict[str, Any]) -> None:
    response = cast.server.post(URL, context)

    assert response.status_code == 200
    assert body_of(response)["offers"] == []


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"exclude_offers": ["a b"]}, "/exclude_offers/0", "bad_format"),
        ({"exclude_offers": ["a"] * 201}, "/exclude_offers", "bad_length"),
        ({"exclude_offers": "a"}, "/exclude_offers", "wrong_type"),
    ],
)
def test_offers__invalid_field__is_named(cast: Cast, wrong: dict[str, Any], pointer: str, code: str) -> None:
    problem = problem_of(cast.server.post(URL, {**CART, **wrong}), 400, "invalid_request")

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


def test_offers__unknown_placement__is_404(cast: Cast) -> None:
    problem = problem_of(cast.server.post(URL, {"placement": "kart"}), 404, "unknown_placement")

    assert problem["errors"][0]["pointer"] == "/placement"


@pytest.mark.django_db
def test_offers__no_snapshot__is_503(settings: Settings, tmp_path: Path) -> None:
    settings.AWASE_SNAPSHOT_DIR = tmp_path / "other"
    server = caller("secret")

    response = server.post(URL, CART)

    problem_of(response, 503, "not_ready")
    assert int(response["Retry-After"]) > 0


def test_offers__without_customer__need_no_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = cast.page.post(URL, CART)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_offers__with_a_customer__need_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = Customer.objects.create(external_id="c-1")
    purchases = np.array([(3, 2, 20_000, 1.0, 1.0)], PURCHASE).tobytes()
    CustomerHistory.objects.create(customer=customer, purchases=purchases)

    for known in ("c-1", "stranger"):
        with django_assert_num_queries(1) as queries:
            response = cast.server.post(URL, {**CART, "customer": known})
        assert response.status_code == 200
        assert queries.captured_queries[0]["sql"].startswith("SELECT")


def test_offers__declined_by_the_customer__are_not_proposed_again(cast: Cast) -> None:
    refuse(Customer.objects.create(external_id="c-1"), offers=["goes-with-it"], at=datetime.now(UTC))

    assert body_of(cast.server.post(URL, {**CART, "customer": "c-1"}))["offers"] == []
    assert body_of(cast.server.post(URL, {**CART, "customer": "c-2"}))["offers"] != []


def test_offers__product_declined_in_one_offer__is_in_no_other(cast: Cast, snapshot_dir: Path) -> None:
    again = OfferData(
        id=2,
        code="cheaper",
        kind="cross_sell",
        currency="JPY",
        placements=(0, 1),
        strategies=("bought_together",),
        benefit=Benefit("percent", 5000),
    )
    write_snapshot(data=shop_data(offers=(*shop_data().offers, again)), directory=snapshot_dir)
    shown = body_of(cast.server.post(URL, {**CART, "customer": "c-1"}))
    (offer,) = shown["offers"]
    refusal = {
        "event_id": "no-1",
        "type": "decline",
        "decision_id": shown["decision_id"],
        "offer": offer["offer"],
        "position": offer["position"],
        "customer": "c-1",
    }

    cast.server.post("/api/v1/events", {"events": [refusal]})

    for placement in ("cart", "product_page"):
        asked = {"placement": placement, "product": "bread", "customer": "c-1"}
        assert body_of(cast.server.post(URL, asked))["offers"] == []
        assert body_of(cast.server.post(URL, asked | {"customer": "c-2"}))["offers"] != []


def test_offers__known_customer__gets_what_they_usually_buy(cast: Cast, snapshot_dir: Path) -> None:
    again = OfferData(
        id=1,
        code="again",
        kind="cross_sell",
        currency="JPY",
        placements=(0,),
        strategies=("also_bought_by_customer",),
    )
    write_snapshot(data=shop_data(offers=(again,)), directory=snapshot_dir)
    customer = Customer.objects.create(external_id="c-1")
    purchases = np.array([(3, 1, 20_000, 1.0, 1.0)], PURCHASE).tobytes()
    CustomerHistory.objects.create(customer=customer, purchases=purchases)

    (offer,) = body_of(cast.server.post(URL, {**CART, "customer": "c-1"}))["offers"]

    assert offer["products"][0]["sku"] == "jam"
    assert offer["reason"]["text"] == "You bought this in 1 order"


def test_offers__explain__takes_a_secret_key(cast: Cast) -> None:
    answer = body_of(cast.server.post(URL, {**CART, "explain": True}))
    problem_of(cast.page.post(URL, {**CART, "explain": True}), 403, "secret_key_required")

    (trace,) = answer["trace"]
    assert trace["offer"] == "goes-with-it"
    assert [candidate["sku"] for candidate in trace["candidates"]] == ["butter"]


def test_offers__decision_fails__is_a_problem_that_reveals_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("offers.api.offer.decide", broken)
    response = cast.server.post(URL, CART)

    problem_of(response, 500, "internal_error")
    assert b"swordfish" not in response.content


def test_offers__prefetched_or_for_a_bot__are_answered_and_record_nothing(
    cast: Cast, shop: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    del shop

    with django_assert_num_queries(0):
        answer = body_of(cast.page.post(URL, CART, Sec_Purpose="prefetch", User_Agent="Googlebot/2.1"))

    assert answer["offers"] == ANSWER["offers"]
