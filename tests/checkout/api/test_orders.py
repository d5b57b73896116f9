"""PUT /api/v1/orders/{order_id}: orders are recorded once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from checkout.models import LineAttribution, Order, OrderLine
from engine.decision.types import Proposal, ProposedProduct, Reason
from offers.services.tokens import issue_decision_token
from tests.support.api_cast import Caller, Cast, body_of, caller, problem_of
from tests.support.together import at_once

URL = "/api/v1/orders/2026-0001"
PLACED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def decision(sku: str = "butter", at: datetime = PLACED_AT) -> str:
    """Return a signed decision that proposed one product."""
    product = ProposedProduct(sku, sku, 1, "", "", 480, 432)
    proposal = Proposal(
        "goes-with-it",
        "cross_sell",
        1,
        "",
        "",
        (product,),
        None,
        (),
        "JPY",
        480,
        432,
        432,
        "curated",
        Reason("curated", {}),
    )
    return issue_decision_token(proposals=[proposal], placement="cart", decided_at=int(at.timestamp()))


def order(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "customer": "c-1",
        "placed_at": "2026-11-20T18:30:00+09:00",
        "currency": "JPY",
        "lines": list(lines) or [line()],
        **changes,
    }


def line(sku: str = "bread", **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": 2, "unit_price": "320", **changes}


@pytest.fixture(autouse=True)
def products(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    for sku, price in (("bread", 320), ("butter", 480)):
        Product.objects.create(sku=sku, name=sku, price_minor=price, currency="JPY")


def test_order__new__is_recorded(cast: Cast) -> None:
    response = cast.server.put(URL, order())

    assert response.status_code == 201
    answer = body_of(response)
    assert (answer["order_id"], answer["outcome"], answer["notes"]) == ("2026-0001", "created", [])
    stored = Order.objects.select_related("customer").get()
    assert (stored.order_id, stored.currency, stored.placed_at) == ("2026-0001", "JPY", PLACED_AT)
    assert stored.customer is not None
    assert stored.customer.external_id == "c-1"
    (recorded,) = OrderLine.objects.values_list("product__sku", "quantity", "unit_price_minor")
    assert recorded == (
        "bread",
        2,
        320,
    )


def test_order__sent_again_and_changed__is_one_order(cast: Cast) -> None:
    cast.server.put(URL, order())

    same = cast.server.put(URL, order())
    changed = cast.server.put(URL, order(line(quantity=3), line("butter")))

    assert (same.status_code, body_of(same)["outcome"]) == (200, "unchanged")
    assert (changed.status_code, body_of(changed)["outcome"]) == (200, "replaced")
    assert Order.objects.count() == 1
    assert sorted(OrderLine.objects.values_list("product__sku", "quantity")) == [("bread", 3), ("butter", 2)]


def yen(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "JPY"}


def test_order__prices_as_money__give_the_order_its_currency(cast: Cast) -> None:
    sent = order(line(unit_price=yen("320.4")), line("butter", unit_price="480"))
    del sent["currency"]

    cast.server.put(URL, sent)

    assert Order.objects.get().currency == "JPY"
    assert sorted(OrderLine.objects.values_list("unit_price_minor", flat=True)) == [320, 480]
    assert (
        body_of(cast.server.put(URL, order(line(), line("butter", unit_price="480"))))["outcome"]
        == "unchanged"
    )


def test_order__recorded__can_be_read(cast: Cast) -> None:
    sent = cast.server.put(URL, order(line(id="a-1"), line("butter", unit_price="480")))

    recorded = body_of(cast.server.get(URL))
    assert recorded == {
        "order_id": "2026-0001",
        "status": "placed",
        "placed_at": "2026-11-20T09:30:00Z",
        "cancelled_at": None,
        "customer": "c-1",
        "currency": "JPY",
        "lines": [
            {"id": "a-1", "sku": "bread", "quantity": 2, "unit_price": yen("320"), "credit": None},
            {"id": None, "sku": "butter", "quantity": 2, "unit_price": yen("480"), "credit": None},
        ],
        "shipping": yen("0"),
        "paid": None,
        "refunded": None,
        "paid_lines": None,
        "refunds": [],
    }
    assert body_of(sent) == recorded | {"outcome": "created", "notes": []}


def test_order__line_with_another_id__keeps_its_row(cast: Cast) -> None:
    cast.server.put(URL, order(line(id="a-1"), line("butter")))
    before = list(OrderLine.objects.order_by("pk").values_list("pk", flat=True))

    renamed = body_of(cast.server.put(URL, order(line(id="a-2"), line("butter", id="a-1"))))
    without = body_of(cast.server.put(URL, order(line(), line("butter"))))

    assert [one["outcome"] for one in (renamed, without)] == ["replaced", "replaced"]
    assert [[one["id"] for one in answer["lines"]] for answer in (renamed, without)] == [
        ["a-2", "a-1"],
        [None, None],
    ]
    assert list(OrderLine.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_order__unknown_or_with_a_publishable_key__cannot_be_read(cast: Cast) -> None:
    problem_of(cast.server.get(URL), 404, "unknown_order")
    problem_of(cast.page.get(URL), 403, "secret_key_required")


def test_order__id_with_special_characters__is_stored(cast: Cast) -> None:
    response = cast.server.put("/api/v1/orders/2026%2F注文%2000%251", order())

    assert body_of(response)["order_id"] == "2026/注文 00%1"


def test_order__line_of_a_decision__is_credited_to_its_offer(cast: Cast) -> None:
    cast.server.put(URL, order(line(), line("butter", decision_id=decision())))

    credit = LineAttribution.objects.select_related("line__product").get()

    assert (credit.line.product.sku, credit.offer_code) == ("butter", "goes-with-it")
    assert len(credit.decision) == 24


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (decision("jam"), "not_in_decision"),
        (decision(at=PLACED_AT - timedelta(days=31)), "decision_expired"),
        (decision(at=PLACED_AT + timedelta(days=1)), "decision_in_future"),
    ],
    ids=["another product", "too old", "made after the order"],
)
def test_order__decision_that_does_not_match__is_noted(cast: Cast, token: str, code: str) -> None:
    response = cast.server.put(URL, order(line("butter", decision_id=token)))

    (note,) = body_of(response)["notes"]
    assert (response.status_code, note["code"], note["pointer"]) == (201, code, "/lines/0/decision_id")
    assert not LineAttribution.objects.exists()


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "forged decision": (order(line(decision_id="AAAA")), "/lines/0/decision_id", "decision_invalid"),
    "unknown SKU": (order(line("ufo")), "/lines/0/sku", "unknown_sku"),
    "no lines": ({**order(), "lines": []}, "/lines", "bad_length"),
    "quantity 0": (order(line(quantity=0)), "/lines/0/quantity", "out_of_range"),
    "quantity 1.0": (order(line(quantity=1.0)), "/lines/0/quantity", "not_an_integer"),
    "quantity 2^31": (order(line(quantity=2**31)), "/lines/0/quantity", "out_of_range"),
    "price in another currency": (
        order(line(unit_price={"amount": "3", "currency": "USD"})),
        "/lines/0/unit_price/currency",
        "other_currency",
    ),
    "price object": (
        order(line(unit_price={"amount": "-3", "currency": "JPY"})),
        "/lines/0/unit_price/amount",
        "bad_format",
    ),
    "price number": (order(line(unit_price=320)), "/lines/0/unit_price", "wrong_type"),
    "price negative": (order(line(unit_price="-1")), "/lines/0/unit_price", "bad_format"),
    "price exponent": (order(line(unit_price="1e3")), "/lines/0/unit_price", "bad_format"),
    "price full width": (order(line(unit_price="３２０")), "/lines/0/unit_price", "bad_format"),
    "price huge": (order(line(unit_price="9" * 16)), "/lines/0/unit_price", "out_of_range"),
    "currency": (order(currency="XXQ"), "/currency", "unknown_currency"),
    "no time zone": (order(placed_at="2026-11-20T18:30:00"), "/placed_at", "bad_format"),
    "year 1": (order(placed_at="0001-01-01T00:00:00+14:00"), "/placed_at", "out_of_range"),
    "year 9999": (order(placed_at="9999-12-31T23:59:59-14:00"), "/placed_at", "out_of_range"),
    "customer": (order(customer=""), "/customer", "bad_format"),
    "unknown field": (order(total="320"), "/total", "unknown_field"),
    "line ID twice": (order(line(id="a"), line("butter", id="a")), "/lines/1/id", "duplicate_id"),
    "line ID empty": (order(line(id="")), "/lines/0/id", "bad_format"),
    "line ID too long": (order(line(id="x" * 65)), "/lines/0/id", "bad_format"),
    "line ID number": (order(line(id=5)), "/lines/0/id", "wrong_type"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_order__invalid_field__is_named_and_nothing_recorded(
    cast: Cast, body: dict[str, Any], pointer: str, code: str
) -> None:
    (error,) = problem_of(cast.server.put(URL, body), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Order.objects.exists()


def test_order__id_too_long__is_400(cast: Cast) -> None:
    (error,) = problem_of(cast.server.put("/api/v1/orders/" + "x" * 129, order()), 400, "invalid_request")[
        "errors"
    ]

    assert error["pointer"] == "/order_id"


@pytest.mark.parametrize(
    "order_id", ["a3/", "a3%2F", "/", "%20a3", "a3%20", "%E3%80%80a3", "..", "a/./b", "a%0A", "a%0Ab"]
)
def test_order__id_that_cannot_be_part_of_a_url__is_400(cast: Cast, order_id: str) -> None:
    response = cast.server.put(f"/api/v1/orders/{order_id}", order())

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/order_id", "bad_format")
    assert not Order.objects.exists()


def test_order__with_many_lines__makes_no_more_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(19):
        assert cast.server.put(URL, order(*[line()] * 100)).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_order__sent_concurrently__is_created_once() -> None:
    server = caller("secret")

    def send(_number: int) -> int:
        mine = Caller(server.key, client=Client(raise_request_exception=False))
        return mine.put(URL, order(placed_at=now().isoformat())).status_code

    statuses = at_once(send, 6)

    assert sorted(statuses) == [200] * 5 + [201]
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 1)
