"""The checkout of the shop's own server charges the quote of the page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from checkout.models import Allocation, OfferUsage, Order, Redemption
from checkout.services.redemption import reserve_quote
from demo.services.checkout import order_id_of
from offers.models import Customer
from tests.checkout.promises import promise, propose, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote_id() -> str:
    """Return the id of a quote for bread at 990 yen."""
    return promise(sell(), propose(), expires_at=in_an_hour())


def in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)


def pay(client: Client, quote: str, **changed: Any) -> Any:
    body = {"quote_id": quote, "cart": [{"sku": "bread", "quantity": 1}], **changed}
    return client.post("/demo/checkout", body, content_type="application/json")


def test_checkout__quote__becomes_an_order_with_its_allocation(client: Client, quote_id: str) -> None:
    answer = pay(client, quote_id)

    assert answer.status_code == 201
    allocation = Allocation.objects.get(order__order_id=answer.json()["order_id"])
    assert answer.json()["paid"] == {"amount": "990", "currency": "JPY"}
    assert answer.json()["allocation_page"] == f"/admin/checkout/allocation/{allocation.pk}/change/"
    assert answer.json()["order_page"] == f"/admin/checkout/order/{allocation.order_id}/change/"
    assert OfferUsage.objects.get().used_count == 1


def test_checkout__pressed_twice__creates_one_order(client: Client, quote_id: str) -> None:
    first = pay(client, quote_id)

    again = pay(client, quote_id)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Order.objects.count() == 1


def test_checkout__server_died_after_reserving__completes_the_order(client: Client, quote_id: str) -> None:
    reserve_quote(quote_id=quote_id, cart=None, at=timezone.now())

    assert pay(client, quote_id).status_code == 201
    assert Redemption.objects.get().order_id == order_id_of(quote_id)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"cart": [{"sku": "bread", "quantity": 2}]}, 409, "cart_changed"),
        ({"customer": "somebody"}, 409, "customer_changed"),
        ({"quote_id": "x" * 44}, 400, "quote_invalid"),
        ({"cart": []}, 400, "invalid_request"),
        ({"price": 1}, 400, "invalid_request"),
    ],
)
def test_checkout__cart_differs_from_the_quote__orders_nothing(
    client: Client, quote_id: str, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = pay(client, quote_id, **changed)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Order.objects.exists()


def test_checkout__quote_of_a_customer__is_only_for_that_customer(client: Client) -> None:
    quote_id = promise(sell(), customer=Customer.objects.create(external_id="c-1"), expires_at=in_an_hour())

    assert pay(client, quote_id, customer="c-1").status_code == 201
    assert Order.objects.filter(customer__external_id="c-1").count() == 1


def test_checkout__without_csrf_token__is_refused(quote_id: str) -> None:
    assert pay(Client(enforce_csrf_checks=True), quote_id).status_code == 403
    assert Client().get("/demo/checkout").status_code == 405
