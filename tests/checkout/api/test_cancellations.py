"""POST /api/v1/orders/{order_id}/refunds of a cancelled order: what was paid and used is given back."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from catalog.models import Product
from checkout.models import Allocation, CustomerUsage, OfferUsage, Order, Refund
from tests.checkout.charging import charge, quote, redeem
from tests.offers.market import from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Caller, Cast, body_of, caller, problem_of
from tests.support.together import at_once

URL = "/api/v1/orders/2026-1/refunds"


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    """Sell tea by the three to three at most, and give two mugs as gifts."""
    goods = stock_shop()
    Product.objects.filter(sku="mug").update(stock=2)
    tea_by_the_three(goods["tea"], usage_limit=1, budget_minor=300, customer_usage_limit=1)
    from_3000_yen(goods["mug"])
    publish()
    return goods


def buy(who: Caller) -> None:
    """Charge three teas, bread and a mug on top: 3,020 yen."""
    charge(who, "2026-1", {"customer": "aki"}, tea=3, bread=1)


def cancel(who: Caller, key: str = "c-1", **more: Any) -> HttpResponse:
    return who.post(URL, {"cancelled": True, **more}, Idempotency_Key=key)


Used = tuple[list[tuple[str, int, int]], list[int], int | None]


def used() -> Used:
    """Return the uses and discounts that are counted, by offer and by customer, and the mugs in stock."""
    offers = OfferUsage.objects.order_by("offer__code")
    return (
        list(offers.values_list("offer__code", "used_count", "spent_minor")),
        list(CustomerUsage.objects.filter(used_count__gt=0).values_list("used_count", flat=True)),
        Product.objects.get(sku="mug").stock,
    )


GIVEN_BACK: Used = ([("from-3000", 0, 0), ("tea-3", 0, 0)], [], 2)


@pytest.mark.usefixtures("goods")
def test_cancelled_order__is_refunded_and_its_limits_restored(cast: Cast) -> None:
    buy(cast.server)
    assert used() == ([("from-3000", 1, 1200), ("tea-3", 1, 300)], [1, 1], 1)

    answer = body_of(cancel(cast.server))

    assert (answer["amount"], answer["refunded"]) == (answer["paid"], answer["paid"])
    assert sum(int(line["gross"]["amount"]) for line in answer["lines"]) == 3020
    assert used() == GIVEN_BACK
    assert redeem(cast.server, quote(cast.server, {"customer": "aki"}, tea=3)["quote_id"]).status_code == 201


@pytest.mark.usefixtures("goods")
def test_cancelled_order__after_a_partial_refund__refunds_the_rest(cast: Cast) -> None:
    buy(cast.server)
    part = cast.server.post(URL, {"lines": [{"line": 1, "quantity": 2}]}, Idempotency_Key="part")
    assert used()[0] == [("from-3000", 1, 1200), ("tea-3", 1, 300)]

    answer = body_of(cancel(cast.server))

    assert int(answer["amount"]["amount"]) == 3020 - int(body_of(part)["amount"]["amount"])
    assert (answer["refunded"], used()) == (answer["paid"], GIVEN_BACK)


@pytest.mark.usefixtures("goods")
def test_cancelled_order__cancelled_again_or_returned__refunds_nothing_more(cast: Cast) -> None:
    buy(cast.server)
    first = cancel(cast.server)

    replayed, again = cancel(cast.server), cancel(cast.server, "c-2")
    returned = cast.server.post(URL, {"lines": [{"line": 0}]}, Idempotency_Key="r")

    assert replayed.content == first.content
    assert (body_of(again)["amount"]["amount"], body_of(again)["lines"]) == ("0", [])
    problem_of(returned, 409, "refund_exceeds")
    assert (used(), Refund.objects.count()) == (GIVEN_BACK, 1)


@pytest.mark.usefixtures("goods")
def test_cancelled_order__fully_refunded_before__restores_its_limits(cast: Cast) -> None:
    buy(cast.server)
    lines = [{"line": line, "quantity": units} for line, units in enumerate((1, 3, 1))]
    cast.server.post(URL, {"lines": lines}, Idempotency_Key="all")
    assert used()[0] == [("from-3000", 1, 1200), ("tea-3", 1, 300)]

    cancel(cast.server)

    assert used() == GIVEN_BACK


@pytest.mark.usefixtures("goods")
def test_cancelled_order__previewed__changes_nothing(cast: Cast) -> None:
    buy(cast.server)
    before = used()

    answer = body_of(cancel(cast.server, preview=True))

    assert (answer["amount"], answer["refunded"], answer["preview"]) == (answer["paid"], answer["paid"], True)
    assert (used(), Order.objects.get().cancelled_at) == (before, None)


@pytest.mark.parametrize(("body", "code"), [({}, "required"), ({"cancelled": False}, "required")])
def test_refund__without_lines__names_them(cast: Cast, body: dict[str, Any], code: str) -> None:
    (error,) = problem_of(cast.server.post(URL, body, Idempotency_Key="r"), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == ("/lines", code)


def test_cancelled_order__with_lines__is_refused(cast: Cast) -> None:
    response = cancel(cast.server, lines=[{"line": 0}])

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines", "out_of_place")


@pytest.mark.django_db(transaction=True)
def test_cancelled_order__concurrently__is_restored_once() -> None:
    goods = stock_shop()
    tea_by_the_three(goods["tea"])
    publish()
    server = caller("secret")
    charge(server, "2026-1", tea=3)
    OfferUsage.objects.update(used_count=5, spent_minor=1500)

    def call(number: int) -> None:
        Caller(server.key, client=Client()).post(URL, {"cancelled": True}, Idempotency_Key=f"c-{number}")

    at_once(call, 6)

    assert OfferUsage.objects.values_list("used_count", "spent_minor").get() == (4, 1200)
    assert Allocation.objects.values_list("refunded_minor").get() == (2700,)
