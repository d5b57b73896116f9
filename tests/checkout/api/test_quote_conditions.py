"""Offers with condition trees, from the database to what is shown, explained and charged."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product
from offers.models import ContextValue, Customer, CustomerFacts, Offer
from tests.checkout.asking import URL, ask, cart, told
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.support.api_cast import Cast, body_of, problem_of

OFFERS = "/api/v1/offers"


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def when(*nodes: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "nodes": list(nodes)}


def offered(cast: Cast, **body: Any) -> Any:
    asked = {"placement": "cart", **cart(bread=1), **body}
    return body_of(cast.server.post(OFFERS, asked))


def shown(answer: Any) -> list[str]:
    return [offer["offer"] for offer in answer["offers"]]


KONBINI = {"type": "context", "op": "is", "name": "payment", "values": ["konbini"]}
IN_JAPAN = {"type": "country", "op": "is", "values": ["JP"]}
READS_JAPANESE = {"type": "locale", "op": "is", "values": ["ja"]}
CHEAP = {"type": "cart_value", "op": "at_most", "minor": 800, "currency": "JPY"}
LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
ON_LINE = {"type": "channel", "op": "is", "values": ["line"]}


def declare_payment() -> None:
    ContextValue.objects.create(code="payment", name_en="Payment", type="choice", choices=["konbini", "card"])


@pytest.mark.parametrize(
    ("node", "meeting", "missing"),
    [
        (KONBINI, {"context": {"payment": "konbini"}}, {"context": {"payment": "card"}}),
        (IN_JAPAN, {"country": "JP"}, {}),
        (READS_JAPANESE, {"locale": "ja-JP"}, {"locale": "en"}),
        (CHEAP, cart(bread=1), cart(bread=3)),
    ],
)
def test_offer__what_a_request_says__is_shown_and_charged_only_if_it_meets_the_condition(
    cast: Cast, goods: dict[str, Product], node: dict[str, Any], meeting: Any, missing: Any
) -> None:
    declare_payment()
    butter_with_bread(goods, conditions=when(node))
    publish()
    held = {"bread": 1, "butter": 1} if node is not CHEAP else {"bread": 1}

    assert shown(offered(cast, **meeting)) == ["butter"]
    assert shown(offered(cast, **missing)) == []
    assert told(ask(cast.server, {**cart(**held), **meeting})).get("butter") in ("applied", "not_yet")
    assert "butter" not in told(ask(cast.server, {**cart(**held), **missing}))


def test_offer__facts_of_the_customer__decide_in_one_query_each(
    cast: Cast, goods: dict[str, Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    butter_with_bread(goods, conditions=when(LOYAL))
    for name in ("loyal", "lost"):
        customer = Customer.objects.create(external_id=name)
        CustomerFacts.objects.create(
            customer=customer,
            segment=name,
            **dict.fromkeys(("recency", "frequency", "monetary"), 5),
            first_order_date=date(2026, 1, 1),
            last_order_date=date(2026, 11, 1),
            order_count=9,
            currency="JPY",
            spent_minor=9,
            **dict.fromkeys(("comfort", "due", "categories"), b""),
        )
    publish()
    offered(cast, customer="loyal")

    with django_assert_num_queries(1):
        assert shown(offered(cast, customer="loyal")) == ["butter"]
    assert shown(offered(cast, customer="lost")) == []
    assert shown(offered(cast)) == []
    both = cart(bread=1, butter=1)
    assert told(ask(cast.server, both | {"customer": "loyal"})) == {"butter": "applied"}
    assert told(ask(cast.server, both | {"customer": "lost"})) == {}


def test_offer__condition_that_only_a_page_knows__applies_once_it_is_accepted(
    cast: Cast, goods: dict[str, Product]
) -> None:
    butter_with_bread(goods, conditions=when(ON_LINE))
    publish()
    both = cart(bread=1, butter=1)

    assert shown(offered(cast, channel="web")) == []
    answer = offered(cast, channel="line")

    accept = [{"decision_id": answer["decision_id"], "offer": "butter"}]
    assert shown(answer) == ["butter"]
    assert told(ask(cast.server, both)) == {}
    assert told(ask(cast.server, both | {"accept": accept})) == {"butter": "applied"}


def test_trace__condition_that_is_not_met__says_which_and_what_it_saw(
    cast: Cast, goods: dict[str, Product]
) -> None:
    butter_with_bread(goods, conditions=when(IN_JAPAN, CHEAP))
    publish()

    [trace] = offered(cast, **cart(bread=3), country="JP", explain=True)["trace"]

    assert trace["failed"] == "cart"
    assert trace["failed_condition"] == {
        "type": "cart_value",
        "place": "/nodes/1",
        "op": "at_most",
        "needed": {"amount": {"amount": "800", "currency": "JPY"}},
        "seen": {"amount": "960", "currency": "JPY"},
        "unwanted": False,
    }


def test_context__values_that_are_not_declared__become_notes_of_both(
    cast: Cast, goods: dict[str, Product]
) -> None:
    declare_payment()
    butter_with_bread(goods)
    publish()
    context = {"context": {"device": "phone", "payment": "gold"}}

    for answer in (offered(cast, **context), ask(cast.server, cart(bread=1) | context)):
        assert [(note["code"], note["pointer"]) for note in answer["notes"]] == [
            ("unknown_context", "/context/device"),
            ("unknown_context_choice", "/context/payment"),
        ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("context", {str(number): "x" for number in range(21)}),
        ("context", {"payment": "x" * 201}),
        ("context", {"payment": 5}),
        ("context", {"pay ment": "x"}),
        ("context", ["payment"]),
        ("country", "Japan"),
        ("channel", "line\u0007"),
    ],
)
def test_request__value_that_cannot_be__is_refused_by_both_with_its_field(
    cast: Cast, goods: dict[str, Product], field: str, value: Any
) -> None:
    butter_with_bread(goods)
    publish()

    for url, body in ((OFFERS, {"placement": "cart"}), (URL, cart(bread=1))):
        response = cast.server.post(url, body | {field: value})

        [error] = problem_of(response, 400, "invalid_request")["errors"]
        assert error["pointer"].startswith(f"/{field}")


@pytest.mark.parametrize(
    ("query", "status", "found"),
    [
        ("context=%7B%22payment%22%3A%22konbini%22%7D", 200, ["butter"]),
        ("context=%7B%22payment%22%3A%22card%22%7D", 200, []),
        ("context=%5B%5D", 400, None),
        ("context=" + "%5B" * 600, 400, None),
    ],
)
def test_cacheable_offers__context__decides_or_is_refused(
    cast: Cast, goods: dict[str, Product], query: str, status: int, found: list[str] | None
) -> None:
    declare_payment()
    butter_with_bread(goods, conditions=when(KONBINI)).trigger_products.clear()
    Offer.objects.update(trigger_scope="everything")
    publish()

    response = cast.server.get(f"{OFFERS}?placement=cart&product=bread&{query}")

    assert response.status_code == status
    if found is None:
        [error] = problem_of(response, 400, "invalid_request")["errors"]
        assert error["pointer"] == "?context"
    else:
        assert shown(body_of(response)) == found


@pytest.mark.parametrize("op", ["contains", "contains_not"])
@pytest.mark.parametrize("match", ["all", "none"])
def test_offer__condition_on_something_deleted__is_never_met(
    cast: Cast, goods: dict[str, Product], op: str, match: str
) -> None:
    gone = Category.objects.create(name="Gone")
    leaf = {"type": "cart_category", "op": op, "categories": [gone.pk]}
    butter_with_bread(goods, conditions=when(leaf, match=match))
    gone.delete()
    publish()

    assert shown(offered(cast)) == []
    assert told(ask(cast.server, cart(bread=1, butter=1))) == {}


def test_offer__brand_and_attribute_of_the_cart__are_those_of_the_catalogue(
    cast: Cast, goods: dict[str, Product]
) -> None:
    Product.objects.filter(sku="bread").update(brand="Kōbo", attributes={"organic": True, "for": ["kids"]})
    nodes = [
        {"type": "cart_brand", "op": "contains", "brands": ["Kōbo"]},
        {"type": "cart_attribute", "op": "contains", "name": "organic", "values": ["yes"]},
        {"type": "cart_attribute", "op": "contains", "name": "for", "values": ["kids"]},
        {"type": "cart_attribute", "op": "contains_not", "name": "for", "values": ["pets"]},
    ]
    butter_with_bread(goods, conditions=when(*nodes))
    publish()

    assert shown(offered(cast)) == ["butter"]
    Product.objects.filter(sku="bread").update(brand="kōbo")
    publish()
    assert shown(offered(cast)) == []


def test_offer__conditions_that_are_no_tree__are_refused_with_the_place(goods: dict[str, Product]) -> None:
    offer = butter_with_bread(goods)
    offer.conditions = when({"type": "known", "op": "is"}, {"type": "known", "op": "at_least"})

    with pytest.raises(ValidationError) as caught:
        offer.full_clean()

    assert caught.value.message_dict == {"conditions": ["/nodes/1/op: This condition has no such operator."]}
