"""POST /api/v1/offers with `placements`: all offers of a page in one call."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from engine.snapshot.data import PlacementData
from engine.snapshot.writer import write_snapshot
from offers.models import Customer, Event
from offers.services.tokens import read_decision_token
from tests.support.api_cast import Cast, body_of, problem_of, shop_data

URL = "/api/v1/offers"
CART = [{"sku": "bread", "quantity": 2}]
PAGE = {"placements": ["product_page", "cart"], "product": "milk", "cart": CART}

pytestmark = pytest.mark.usefixtures("shop")


def test_page__two_placements__are_answered_in_order_with_a_decision_each(cast: Cast) -> None:
    response = cast.page.post(URL, PAGE)

    answer = body_of(response)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert set(answer) == {"generation", "placements", "notes"}
    assert [each["placement"] for each in answer["placements"]] == PAGE["placements"]
    for each in answer["placements"]:
        token = read_decision_token(each["decision_id"], at=int(time.time()))
        assert token.placement == each["placement"]
        assert [shown.position for shown in token.shown] == list(range(1, len(each["offers"]) + 1))


def test_page__one_placement__has_the_offers_of_a_single_call(cast: Cast) -> None:
    single = body_of(cast.page.post(URL, {"placement": "cart", "cart": CART}))

    (each,) = body_of(cast.page.post(URL, {"placements": ["cart"], "cart": CART}))["placements"]

    assert each["offers"] == single["offers"] != []


def test_page__product_of_an_earlier_placement__is_not_shown_again(cast: Cast) -> None:
    for order in (["product_page", "cart"], ["cart", "product_page"]):
        first, second = body_of(cast.page.post(URL, {"placements": order, "cart": CART}))["placements"]

        assert [offer["products"][0]["sku"] for offer in first["offers"]] == ["butter"]
        assert second["offers"] == []


def test_page__placement_about_the_cart__ignores_the_page(cast: Cast, snapshot_dir: Path) -> None:
    page, cart = PlacementData("product_page", 2), PlacementData("cart", 4, is_about_cart=True)
    data = shop_data()
    offers = [replace(offer, placements=(0, 1)) for offer in data.offers]
    write_snapshot(data=replace(data, placements=(page, cart), offers=offers), directory=snapshot_dir)

    first, second = body_of(cast.page.post(URL, PAGE))["placements"]

    # Bread goes with milk, which is on the page, and butter with bread.
    assert [offer["products"][0]["sku"] for offer in (*first["offers"], *second["offers"])] == ["butter"]
    assert first["offers"] == []


def test_page__offer_of_each_placement__is_reported_and_accepted_by_its_own_decision(cast: Cast) -> None:
    answer = body_of(cast.page.post(URL, {"placements": ["product_page", "cart"], "cart": CART}))
    shown = answer["placements"][0]
    event = {
        "event_id": "e-1",
        "type": "impression",
        "decision_id": shown["decision_id"],
        "offer": shown["offers"][0]["offer"],
        "position": 1,
    }

    elsewhere = event | {"event_id": "e-2", "decision_id": answer["placements"][1]["decision_id"]}
    reported = body_of(cast.page.post("/api/v1/events", {"events": [event, elsewhere]}))

    assert [one["code"] for one in reported["rejected"]] == ["not_in_decision"]
    assert Event.objects.get().event_id == "e-1"


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "neither": ({}, "/placement", "required"),
    "null": ({"placements": None}, "/placements", "wrong_type"),
    "both": ({"placements": ["cart"], "placement": "cart"}, "/placements", "ambiguous"),
    "none": ({"placements": []}, "/placements", "bad_length"),
    "11": ({"placements": [f"p-{number}" for number in range(11)]}, "/placements", "bad_length"),
    "twice": ({"placements": ["cart", "closed", "cart"]}, "/placements/2", "duplicate_placement"),
    "no code": ({"placements": ["cart", "a b"]}, "/placements/1", "bad_format"),
    "a text": ({"placements": "cart"}, "/placements", "wrong_type"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_page__invalid_field__is_named(cast: Cast, body: dict[str, Any], pointer: str, code: str) -> None:
    problem = problem_of(cast.server.post(URL, {**body, "cart": CART}), 400, "invalid_request")

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


def test_page__unknown_placement__is_404_and_names_it(cast: Cast) -> None:
    problem = problem_of(cast.server.post(URL, {"placements": ["cart", "kart"]}), 404, "unknown_placement")

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/placements/1", "unknown_placement")
    ]
    assert "'kart'" in problem["detail"]


def test_page__placement_switched_off_and_unknown_sku__are_notes(cast: Cast) -> None:
    answer = body_of(cast.server.post(URL, {"placements": ["cart", "closed"], "cart": [{"sku": "ufo"}]}))

    assert [(note["code"], note["pointer"]) for note in answer["notes"]] == [
        ("unknown_sku", "/cart/0/sku"),
        ("inactive_placement", "/placements/1"),
    ]
    assert [each["offers"] for each in answer["placements"]] == [[], []]


def test_page__explain__takes_a_secret_key_and_answers_a_trace_of_each_placement(cast: Cast) -> None:
    asked = {"placements": ["product_page", "cart"], "cart": CART, "explain": True}

    answer = body_of(cast.server.post(URL, asked))
    problem_of(cast.page.post(URL, asked), 403, "secret_key_required")

    removed = [each["trace"][0]["candidates"][0]["removed_by"] for each in answer["placements"]]
    assert removed == [None, "already_proposed"]


def test_page__many_placements__read_the_customer_once(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Customer.objects.create(external_id="c-1")

    for customer, count in (({}, 0), ({"customer": "c-1"}, 1)):
        with django_assert_num_queries(count):
            response = cast.server.post(URL, PAGE | customer)
        assert response.status_code == 200
