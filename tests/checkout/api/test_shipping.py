"""Shipping: sent with a commit or an order, and refunded by amount or with a cancellation."""

from typing import Any

import pytest

from checkout.models import Allocation, Order, Refund
from engine.money import MAX_MINOR
from tests.checkout.charging import charge, commit, quote, redeem
from tests.offers.market import publish, stock_shop
from tests.support.api_cast import Cast, body_of, problem_of

pytestmark = pytest.mark.django_db
ORDER = "/api/v1/orders/2026-1"


@pytest.fixture(autouse=True)
def goods(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    stock_shop()
    publish()


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def refund(cast: Cast, **body: Any) -> Any:
    return cast.server.post(f"{ORDER}/refunds", body, Idempotency_Key=f"k-{Refund.objects.count()}")


def report(cast: Cast, **more: Any) -> Any:
    line = {"sku": "tea", "quantity": 2, "unit_price": yen(1080)}
    return cast.server.put(ORDER, {"placed_at": "2026-11-20T09:30:00Z", "lines": [line]} | more)


def pay(cast: Cast, way: str) -> None:
    """Let a shopper pay for two teas and ¥540 of shipping."""
    if way == "commit":
        charge(cast.server, "2026-1", tea=2, shipping=540)
    else:
        assert report(cast, shipping=yen(540)).status_code == 201


@pytest.mark.parametrize("way", ["commit", "order"])
def test_shipping__after_everything_was_returned__can_be_refunded(cast: Cast, way: str) -> None:
    pay(cast, way)
    returned = body_of(refund(cast, lines=[{"line": 0, "quantity": 2}]))

    shipping = body_of(refund(cast, amount=yen(540), reason="shipping"))

    goods_minor = int(returned["amount"]["amount"])
    assert (returned["keep"], returned["shipping"]) == (returned["amount"], yen(0))
    assert shipping["refunded"] == shipping["paid"] == yen(goods_minor + 540)
    # The teas are taxed at 8 %, and 40 of 540 is that.
    assert (shipping["net"], shipping["tax"]) == (yen(500), yen(40))
    problem_of(refund(cast, amount=yen(1), reason="shipping"), 409, "refund_exceeds")


@pytest.mark.parametrize("way", ["commit", "order"])
@pytest.mark.parametrize(("earlier", "left"), [(0, 540), (200, 340), (540, 0)])
def test_shipping__of_a_cancelled_order__is_refunded_with_it_once(
    cast: Cast, way: str, earlier: int, left: int
) -> None:
    pay(cast, way)
    if earlier:
        refund(cast, amount=yen(earlier), reason="shipping")

    preview = body_of(refund(cast, cancelled=True, preview=True))
    cancelled = body_of(refund(cast, cancelled=True))
    again = body_of(refund(cast, cancelled=True))

    assert preview["amount"] == cancelled["amount"]
    assert int(cancelled["amount"]["amount"]) == int(cancelled["keep"]["amount"]) + left
    assert (cancelled["shipping"], cancelled["refunded"]) == (yen(left), cancelled["paid"])
    assert (again["amount"], again["shipping"]) == (yen(0), yen(0))


def test_shipping__of_an_order_cancelled_after_all_returns__is_refunded(cast: Cast) -> None:
    pay(cast, "commit")
    refund(cast, lines=[{"line": 0, "quantity": 2}])

    cancelled = body_of(refund(cast, cancelled=True))

    assert (cancelled["amount"], cancelled["shipping"], cancelled["lines"]) == (yen(540), yen(540), [])
    assert cancelled["refunded"] == cancelled["paid"]
    assert [one.amount_minor for one in Refund.objects.order_by("pk")][1:] == [540]


def test_commit__repeated_with_other_shipping__changes_nothing(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    redeem(cast.server, quote_id)

    first = commit(cast.server, quote_id, "2026-1", shipping=yen(500))
    again = commit(cast.server, quote_id, "2026-1", shipping=yen(900))

    assert (first.status_code, again.status_code) == (201, 200)
    assert body_of(first)["shipping"] == body_of(again)["shipping"] == yen(500)
    assert body_of(cast.server.get(ORDER))["shipping"] == yen(500)


def test_commit__without_shipping__keeps_what_the_order_was_reported_with(cast: Cast) -> None:
    report(cast, shipping=yen(540))

    committed = charge(cast.server, "2026-1", tea=2)

    assert committed["shipping"] == yen(540)
    assert int(committed["paid"]["amount"]) == int(committed["lines"][0]["gross"]["amount"]) + 540


@pytest.mark.parametrize("way", ["commit", "order"])
def test_order_with_a_ledger__keeps_its_shipping(cast: Cast, way: str) -> None:
    pay(cast, way)
    refund(cast, amount=yen(1))
    line = {"sku": "tea", "quantity": 2, "unit_price": yen(1000 if way == "commit" else 1080)}

    same = report(cast, lines=[line], shipping=yen(540))
    unsaid = report(cast, lines=[line])
    other = report(cast, lines=[line], shipping=yen(0))

    assert (same.status_code, unsaid.status_code) == (200, 200)
    code = "order_charged" if way == "commit" else "order_refunded"
    (error,) = problem_of(other, 409, code)["errors"]
    assert (error["pointer"], error["code"]) == ("/shipping", code)
    assert "¥540" in error["detail"]
    assert body_of(cast.server.get(ORDER))["shipping"] == yen(540)


def test_reported_order__without_a_ledger__takes_new_shipping_and_keeps_it_if_unsaid(cast: Cast) -> None:
    outcomes = [
        body_of(report(cast, **more))["outcome"]
        for more in ({}, {"shipping": yen(500)}, {}, {"shipping": yen(0)})
    ]

    assert outcomes == ["created", "replaced", "unchanged", "replaced"]
    assert Order.objects.get().shipping_minor == 0


WRONG: dict[str, tuple[Any, str, str]] = {
    "another currency": ({"amount": "5", "currency": "USD"}, "/shipping/currency", "other_currency"),
    "decimals": ({"amount": "0.5", "currency": "JPY"}, "/shipping/amount", "too_many_decimals"),
    "negative": (yen(-1), "/shipping/amount", "bad_format"),
    "huge": ({"amount": "9" * 16, "currency": "JPY"}, "/shipping/amount", "out_of_range"),
    "text": ("500", "/shipping", "wrong_type"),
}


@pytest.mark.parametrize(("shipping", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_shipping__invalid__is_named_and_nothing_recorded(
    cast: Cast, shipping: Any, pointer: str, code: str
) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    redeem(cast.server, quote_id)

    for response in (report(cast, shipping=shipping), commit(cast.server, quote_id, "2", shipping=shipping)):
        (error,) = problem_of(response, 400, "invalid_request")["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Order.objects.exists()


def test_shipping__with_which_the_order_exceeds_any_amount__is_refused_or_not_refunded(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    redeem(cast.server, quote_id)

    response = commit(cast.server, quote_id, "2", shipping=yen(MAX_MINOR))
    report(cast, shipping=yen(MAX_MINOR))

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/shipping", "out_of_range")
    problem_of(refund(cast, amount=yen(1)), 409, "order_too_large")
    assert not Allocation.objects.exists()
