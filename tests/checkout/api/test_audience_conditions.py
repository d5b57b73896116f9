"""Offers for an audience, from the database to what is shown and charged: membership is found out live."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from offers.models import Audience, Customer, CustomerAttribute
from tests.checkout.asking import ask, cart, told
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.support.api_cast import Caller, Cast, body_of

DRY = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}
FILTER = {"type": "answer", "op": "is", "survey": "taste", "question": "brew", "values": ["filter"]}


@pytest.fixture(autouse=True)
def audience(db: None) -> Audience:  # noqa: ARG001 (a fixture asks for another by its name)
    """Offer butter to those in an audience that contains another: skin, or an answer to a survey."""
    skin = CustomerAttribute.objects.create(code="skin", name_en="Skin", type="choice")
    for code in ("dry", "oily"):
        skin.choices.create(code=code, name_en=code)
    inner = Audience.objects.create(code="dry", name_en="Dry skin", conditions=when(DRY))
    outer = Audience.objects.create(
        code="fit", name_en="Who fits", conditions=when(in_audience(inner), FILTER, match="any")
    )
    goods: dict[str, Product] = stock_shop()
    butter_with_bread(goods, conditions=when(in_audience(outer)))
    Customer.objects.create(external_id="in", attributes={"skin": "dry"})
    Customer.objects.create(external_id="out", attributes={"skin": "oily"})
    publish()
    return outer


def when(*nodes: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "nodes": list(nodes)}


def answered(answer: str) -> dict[str, Any]:
    return {"survey": "taste", "question": "brew", "answer": answer, "answered_at": "2026-11-01T10:00:00Z"}


def in_audience(audience: Audience) -> dict[str, Any]:
    return {"type": "audience", "op": "is", "audiences": [audience.pk]}


def shown_and_charged(caller: Caller, **shopper: Any) -> tuple[list[str], list[str]]:
    """Return the offers that are shown with bread, and those charged once butter is in the cart."""
    shown = body_of(caller.post("/api/v1/offers", {"placement": "cart", **cart(bread=1), **shopper}))[
        "offers"
    ]
    charged = told(ask(caller, {**cart(bread=1, butter=1), **shopper}))
    return [offer["offer"] for offer in shown], list(charged)


@pytest.mark.parametrize(("customer", "is_in"), [("in", True), ("out", False), ("new", False), (None, False)])
def test_offer__for_an_audience__is_shown_and_charged_to_its_members_alone(
    cast: Cast, customer: str | None, is_in: bool
) -> None:
    shopper = {} if customer is None else {"customer": customer}

    assert shown_and_charged(cast.server, **shopper) == (["butter"] * is_in, ["butter"] * is_in)


@pytest.mark.parametrize(
    ("told_by_the_shop", "is_in"),
    [
        ({"attributes": {"skin": "dry"}}, True),
        ({"answers": [answered("filter")]}, True),
        ({"answers": [answered("pod")]}, False),
    ],
)
def test_audience__what_the_shop_tells_of_a_customer__counts_at_the_next_request(
    cast: Cast, told_by_the_shop: dict[str, Any], is_in: bool
) -> None:
    assert shown_and_charged(cast.server, customer="out") == ([], [])

    answer = cast.server.put("/api/v1/customers/out", told_by_the_shop)

    assert answer.status_code == 200, answer.content
    assert shown_and_charged(cast.server, customer="out") == (["butter"] * is_in, ["butter"] * is_in)


def test_audience__attribute_that_is_taken_back__ends_the_membership(cast: Cast) -> None:
    cast.server.put("/api/v1/customers/in", {"attributes": {"skin": None}})

    assert shown_and_charged(cast.server, customer="in") == ([], [])


def test_audience__merged_customers__have_what_both_were_known_for(cast: Cast) -> None:
    Customer.objects.create(external_id="survivor")

    merged = cast.server.post("/api/v1/customers/survivor/merge", {"from": "in"})

    assert merged.status_code == 200, merged.content
    assert shown_and_charged(cast.server, customer="survivor") == (["butter"], ["butter"])
    assert shown_and_charged(cast.server, customer="in") == (["butter"], ["butter"])


@pytest.mark.parametrize(("customer", "is_in"), [("in", True), ("out", False)])
def test_page__with_a_customer_token__shows_its_members_the_offer_in_each_placement(
    cast: Cast, customer: str, is_in: bool
) -> None:
    asked = {"placements": ["cart"], **cart(bread=1), "customer_token": cast.page.token(customer)}

    (placement,) = body_of(cast.page.post("/api/v1/offers", asked))["placements"]

    assert [offer["offer"] for offer in placement["offers"]] == ["butter"] * is_in


def test_explanation__for_who_is_in_another_audience__names_the_condition_and_what_it_saw(
    cast: Cast, audience: Audience
) -> None:
    asked = {"placement": "cart", **cart(bread=1), "customer": "out", "explain": True}

    (trace,) = body_of(cast.server.post("/api/v1/offers", asked))["trace"]

    failed = trace["failed_condition"]
    assert (failed["type"], failed["needed"]) == ("audience", {"audiences": [audience.pk]})
    assert not failed["seen"]


def test_offer__for_an_audience__costs_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = {"placement": "cart", **cart(bread=1), "customer": "in"}
    cast.server.post("/api/v1/offers", asked)

    with django_assert_num_queries(1):
        cast.server.post("/api/v1/offers", asked)
