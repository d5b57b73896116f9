"""Orders of the demo that are paid later: reserved, extended, paid or cancelled on a page of their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalog.models import Product
from checkout.models import Allocation, OfferUsage, Order, Redemption, RedemptionState
from checkout.services.redemption import expire_reservations
from demo.services.checkout import order_id_of
from tests.checkout.promises import promise, propose, sell

pytestmark = pytest.mark.django_db
DAY = 1440


def quoted(gift: Product | None = None, **limits: Any) -> str:
    """Return the id of a quote for bread with 10 yen off and perhaps a gift."""
    offers, gifts = [propose(headline_en="Ten yen off", **limits)], {}
    if gift is not None:
        offers.append(propose("present"))
        gifts = {offers[1].pk: gift}
    return promise(sell(), *offers, gifts=gifts, expires_at=timezone.now() + timedelta(hours=1))


def order_later(client: Client, quote_id: str, minutes: Any = 3 * DAY) -> Any:
    body = {"quote_id": quote_id, "cart": [{"sku": "bread", "quantity": 1}], "hold_minutes": minutes}
    return client.post("/demo/pay-later?language=en", body, content_type="application/json")


def ordered(client: Client, quote_id: str) -> str:
    """Order with a reservation of three days; return the page of the order."""
    page: str = order_later(client, quote_id).json()["page"]
    return f"{page}?language=en"


def act(client: Client, page: str, action: str, **fields: Any) -> str:
    """Press a button of the page; return the text of the page after it."""
    return str(client.post(page, {"action": action, **fields}, follow=True).text)


def let_end() -> None:
    """End the reservation, as time does, and give its limits and gifts back, as the worker does."""
    Redemption.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_reservations(at=timezone.now())


def test_pay_later__quote__is_reserved_and_listed_on_the_storefront(client: Client) -> None:
    quote_id = quoted()

    answer = order_later(client, quote_id)

    assert answer.status_code == 201
    held = Redemption.objects.get()
    assert (held.state, held.expires_at - held.reserved_at) == ("reserved", timedelta(days=3))
    assert not Order.objects.exists()
    assert order_id_of(quote_id) in client.get("/demo/").text
    assert order_id_of(quote_id) not in Client().get("/demo/").text


def test_pay_later__pressed_twice__is_one_reservation(client: Client) -> None:
    quote_id = quoted()

    pages = {order_later(client, quote_id).json()["page"] for _ in range(2)}

    assert pages == {f"/demo/orders/{quote_id}"}
    assert Redemption.objects.count() == 1


@pytest.mark.parametrize("minutes", [0, 61, 20_161, "3"])
def test_pay_later__hold_that_the_shop_does_not_allow__names_the_field(
    client: Client, settings: Settings, minutes: Any
) -> None:
    settings.AWASE_MAX_HOLD_MINUTES = 60

    answer = order_later(client, quoted(), minutes)

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/hold_minutes"]
    assert not Redemption.objects.exists()


def test_holds__longer_than_the_shop_allows__are_not_offered(client: Client, settings: Settings) -> None:
    settings.AWASE_MAX_HOLD_MINUTES = 3 * DAY

    shown = client.get("/demo/?language=en").context["holds"]

    assert shown == [(3 * DAY, "3 days"), (1, "1 minute (to try a late payment)")]


def test_order__reserved__says_until_when_it_can_be_paid(client: Client) -> None:
    shown = client.get(ordered(client, quoted()))

    ends = timezone.localtime(Redemption.objects.get().expires_at)
    assert f'datetime="{ends.isoformat()}"' in shown.text
    assert "Pay ¥990" in shown.text
    assert [minutes for minutes, _words in shown.context["extensions"]] == [7 * DAY, 14 * DAY]


def test_order__extended__can_be_paid_longer(client: Client) -> None:
    page = ordered(client, quoted())

    shown = act(client, page, "extend", hold_minutes=14 * DAY)

    held = Redemption.objects.get()
    assert held.expires_at - held.reserved_at == timedelta(days=14)
    assert "You have more time to pay now." in shown
    assert "Extend" not in shown


@pytest.mark.parametrize("minutes", ["", "many", "-1", "99999999"])
def test_order__extended_by_what_is_not_possible__says_what_is(client: Client, minutes: str) -> None:
    page = ordered(client, quoted())

    assert "Must be between 1 and 20160." in act(client, page, "extend", hold_minutes=minutes)
    assert Redemption.objects.get().expires_at < timezone.now() + timedelta(days=3)


def test_order__paid_in_time__is_charged_once(client: Client) -> None:
    quote_id = quoted()
    page = ordered(client, quote_id)

    shown = [act(client, page, "pay") for _ in range(2)]

    assert Order.objects.get().order_id == order_id_of(quote_id)
    assert all("Paid ¥990" in each and "after the reservation" not in each for each in shown)
    assert order_id_of(quote_id) not in client.get("/demo/").text


def test_order__paid_after_its_reservation__is_charged_as_ordered(client: Client) -> None:
    page = ordered(client, quoted(usage_limit=1))
    let_end()
    Product.objects.update(price_minor=2000)

    assert "You can still pay, at the same prices." in client.get(page).text
    shown = act(client, page, "pay")

    assert "Your payment arrived after the reservation had ended." in shown
    assert "Paid ¥990" in shown
    assert Allocation.objects.get().paid_minor == 990
    assert OfferUsage.objects.get().used_count == 1


def test_order__paid_late__names_the_gift_that_is_gone_and_the_limit(client: Client) -> None:
    page = ordered(client, quoted(gift=sell("mug", stock=1), usage_limit=1))
    let_end()
    Product.objects.filter(sku="mug").update(stock=0)
    OfferUsage.objects.filter(offer__code="ten-off").update(used_count=1)

    shown = act(client, page, "pay")

    assert "The gift “Mug” is sold out" in shown
    assert "“Ten yen off” had already reached its limit" in shown
    assert Allocation.objects.get().paid_minor == 990


def test_order__extended_after_its_reservation__says_that_it_can_be_paid(client: Client) -> None:
    page = ordered(client, quoted())
    let_end()

    assert "cannot be extended. You can still pay." in act(client, page, "extend", hold_minutes=7 * DAY)
    assert Redemption.objects.get().state == RedemptionState.EXPIRED


@pytest.mark.parametrize("is_late", [False, True])
def test_order__cancelled__is_never_charged(client: Client, is_late: bool) -> None:
    page = ordered(client, quoted())
    if is_late:
        let_end()

    assert "Nothing was charged." in act(client, page, "cancel")
    assert "cannot be paid" in act(client, page, "pay")
    assert Redemption.objects.get().state == RedemptionState.RELEASED
    assert not Order.objects.exists()


def test_order__unknown__is_not_found(client: Client) -> None:
    assert client.get(f"/demo/orders/{quoted()}").status_code == 404
    assert client.get("/demo/orders/forged").status_code == 404


def test_order__unknown_action_or_no_token__changes_nothing(client: Client) -> None:
    page = ordered(client, quoted())

    assert client.post(page, {"action": "refund"}).status_code == 400
    assert Client(enforce_csrf_checks=True).post(page, {"action": "pay"}).status_code == 403
    assert Redemption.objects.get().state == RedemptionState.RESERVED


def test_order__in_japanese__is_read_in_japanese(client: Client) -> None:
    page = ordered(client, quoted()).replace("language=en", "language=ja")

    shown = act(client, page, "pay")

    assert "お支払い済み" in shown
    assert "Paid" not in shown


def test_order__queries__are_constant(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = ordered(client, quoted(gift=sell("mug", stock=1)))

    with django_assert_max_num_queries(8):
        client.get(page)
