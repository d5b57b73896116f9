"""What shoppers look at, through the API: reported, used by the next decision, refused where it is wrong."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from offers.models import Customer, Event, PersonLedger
from tests.support.api_cast import SHOP_ORIGIN, Caller, Cast, body_of, caller

OFFERS, EVENTS = "/api/v1/offers", "/api/v1/events"
CART = {"placement": "cart", "cart": [{"sku": "bread"}]}

pytestmark = pytest.mark.usefixtures("shop", "butter")


@pytest.fixture
def butter(db: None) -> Product:  # noqa: ARG001 (a fixture asks for another by its name)
    """The partner of bread, under the primary key that the snapshot has."""
    return Product.objects.create(pk=2, sku="butter", name="Butter", price_minor=480, currency="JPY")


def event(kind: str = "view", **fields: Any) -> dict[str, Any]:
    return {"event_id": str(uuid.uuid4()), "type": kind, **fields}


def tell(who: Caller, *events: dict[str, Any]) -> Any:
    return body_of(who.post(EVENTS, {"events": list(events)}))


def interest_in(who: Caller, **fields: Any) -> Any:
    """Return how much the views of the shopper count for butter, which goes with bread."""
    (trace,) = body_of(who.post(OFFERS, CART | {"explain": True} | fields))["trace"]
    return trace["candidates"][0]["detail"].get("interest")


def test_view__of_a_visitor__raises_what_the_next_decision_offers_and_passes_at_login(cast: Cast) -> None:
    answer = tell(
        cast.page, event(sku="butter", visitor="v-1"), event("search", text=" 緑茶 ", visitor="v-1")
    )

    assert answer == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert interest_in(cast.server, visitor="v-2") is None
    for person in ({"visitor": "v-1"}, {"visitor": "v-1", "customer": "c-1"}):
        assert interest_in(cast.server, **person) == pytest.approx(0.25, abs=0.01)

    token = cast.page.token("c-1")
    assert tell(cast.page, event("add_to_cart", sku="butter", visitor="v-1", customer_token=token))[
        "accepted"
    ]
    assert interest_in(cast.server, visitor="v-1") is None
    assert interest_in(cast.server, customer="c-1") == pytest.approx(0.5, abs=0.01)
    assert not Event.objects.exists()


def test_viewed__in_the_request__needs_no_storage(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        (offer,) = body_of(cast.page.post(OFFERS, CART | {"viewed": ["butter"]}))["offers"]

    assert (offer["reason"]["code"], offer["reason"]["evidence"]["views"]) == ("bought_together", 1)
    assert offer["price"]["added"] == body_of(cast.page.post(OFFERS, CART))["offers"][0]["price"]["added"]
    assert not PersonLedger.objects.exists()


@pytest.mark.parametrize(
    "person", [{"visitor": "v-1"}, {"customer": "c-1"}, {"customer": "c-1", "visitor": "v-1"}]
)
def test_decision__with_behaviour__takes_one_query(
    cast: Cast, person: dict[str, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Customer.objects.create(external_id="c-1")
    before = interest_in(cast.server, **person)
    tell(cast.server, event(sku="butter", customer="c-1"), event(sku="butter", visitor="v-1"))

    with django_assert_num_queries(1):
        after = interest_in(cast.server, **person)

    assert (before, after is not None) == (None, True)


def test_batch__of_both_sorts__numbers_what_is_rejected(cast: Cast) -> None:
    answer = tell(
        cast.page,
        event("impression", decision_id="AAAA", offer="goes-with-it", position=1),
        event(sku="nothing", session="s-1"),
        event(sku="butter", session="s-1"),
        event("click"),
    )

    assert answer["accepted"] == 1
    assert [(one["index"], one["code"]) for one in answer["rejected"]] == [
        (0, "decision_invalid"),
        (1, "unknown_sku"),
        (3, "required"),
    ]
    assert answer["rejected"][2]["detail"].startswith("decision_id: ")


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "nobody": ({"sku": "butter", "visitor": None}, "required", "visitor"),
    "nothing": ({}, "required", "sku"),
    "both": ({"sku": "butter", "category": "Food"}, "ambiguous", "category"),
    "a category that is none": ({"category": "Food"}, "unknown_category", "category"),
    "a text of a view": ({"sku": "butter", "text": "tea"}, "not_with_type", "text"),
    "an offer of a view": ({"sku": "butter", "offer": "goes-with-it"}, "not_with_type", "offer"),
    "a reason of a view": ({"sku": "butter", "reason": "price"}, "not_with_type", "reason"),
    "a search without a text": ({"type": "search"}, "required", "text"),
    "a search of spaces": ({"type": "search", "text": " \u3000 "}, "required", "text"),
    "a search of a product": ({"type": "search", "text": "a", "sku": "butter"}, "not_with_type", "sku"),
    "a long search": ({"type": "search", "text": "a" * 201}, "bad_format", "text"),
    "a number": ({"type": "search", "text": 7}, "wrong_type", "text"),
    "a long SKU": ({"sku": "x" * 65}, "bad_format", "sku"),
    "an empty category": ({"category": ""}, "bad_length", "category"),
    "a SKU of an impression": (
        {"type": "impression", "sku": "butter", "decision_id": "x", "offer": "a", "position": 1},
        "not_with_type",
        "sku",
    ),
}


@pytest.mark.parametrize(("fields", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_event__that_makes_no_sense__is_rejected_with_the_field_and_changes_nothing(
    cast: Cast, fields: dict[str, Any], code: str, field: str
) -> None:
    (rejected,) = tell(cast.page, event(**({"visitor": "v-1", "type": "view"} | fields)))["rejected"]

    assert rejected["code"] == code
    assert rejected["detail"].startswith(f"{field}: ")
    assert not PersonLedger.objects.exists()


def test_customer__of_a_page__is_believed_only_by_token(cast: Cast) -> None:
    careless = caller("publishable", (SHOP_ORIGIN,), customers_by_token=False)

    answers = [tell(who, event(sku="butter", customer="333", visitor="v")) for who in (cast.page, careless)]

    assert [one["rejected"][0]["code"] for one in answers] == ["token_required"] * 2
    assert not Customer.objects.exists()
    assert not PersonLedger.objects.exists()


def test_viewed__more_than_twenty__is_a_problem_that_names_it(cast: Cast) -> None:
    answer = body_of(cast.page.post(OFFERS, CART | {"viewed": ["butter"] * 21}))

    assert (answer["status"], answer["errors"][0]["pointer"]) == (400, "/viewed")


def test_customer__is_returned_with_what_they_did(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Category.objects.create(name="Dairy", path="Dairy")
    moments = [now().replace(microsecond=0) - timedelta(minutes=ago) for ago in range(3)]
    texts = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in moments]
    did: list[dict[str, Any]] = [
        {"type": "view", "sku": "butter"},
        {"type": "search", "text": "salted butter"},
        {"type": "add_to_cart", "category": "Dairy"},
    ]
    sent = [event(occurred_at=text, customer="c-1") | one for text, one in zip(texts, did, strict=True)]
    tell(cast.server, *sent)

    with django_assert_max_num_queries(9):
        found = body_of(cast.server.get("/api/v1/customers/c-1"))["behaviour"]

    assert found == [one | {"last_at": text, "count": 1} for text, one in zip(texts, did, strict=True)]
