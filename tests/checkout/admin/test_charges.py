"""The read-only pages of quotes, redemptions, charged orders and refunds."""

import pytest
from django.db.models import Model
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.timezone import now

from catalog.models import Product
from checkout.models import Allocation, Order, Quote, Redemption, Refund
from tests.checkout.charging import charge, quote
from tests.offers.market import publish, stock_shop, tea_by_the_three
from tests.support.admin_cast import Cast
from tests.support.api_cast import caller

PAGES: dict[str, type[Model]] = {
    "checkout_quote": Quote,
    "checkout_redemption": Redemption,
    "checkout_allocation": Allocation,
    "checkout_refund": Refund,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> dict[str, Product]:
    """Sell tea by the three to order 2026-1 and refund one; leave another quote unused."""
    goods = stock_shop()
    tea_by_the_three(goods["tea"], refund_policy="claw_back")
    publish()
    server = caller("secret")
    charge(server, "2026-1", {"customer": "aki"}, tea=3)
    server.post("/api/v1/orders/2026-1/refunds", {"lines": [{"line": 0}]}, Idempotency_Key="r")
    quote(server, bread=1)
    return goods


def address(page: str, key: int) -> str:
    return reverse(f"admin:{page}_change", args=[key])


def test_quote__its_page__shows_what_each_line_costs_and_why(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    charged = Quote.objects.get(customer__external_id="aki")

    listed = cast.analyst.get(reverse("admin:checkout_quote_changelist")).text
    page = cast.analyst.get(address("checkout_quote", charged.pk)).text

    text = " ".join(strip_tags(page).split())
    assert "Tea tea 3 ¥1,000 ¥3,000 −¥300 Tea ¥2,700" in text
    assert "2026-1" in page
    assert "committed" in listed
    assert "not redeemed" in listed


def test_quote__of_an_incompatible_version__explains_it(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    Quote.objects.update(content=b"")

    page = cast.analyst.get(address("checkout_quote", Quote.objects.earliest("pk").pk))

    assert "This quote was created by an incompatible version" in page.text


def test_charged_order__its_page__shows_the_allocation_and_its_refunds(
    cast: Cast, goods: dict[str, Product]
) -> None:
    del goods

    order = cast.merchandiser.get(address("checkout_allocation", Allocation.objects.get().pk)).text
    refund = cast.merchandiser.get(address("checkout_refund", Refund.objects.get().pk)).text

    assert all(text in order for text in ("2026-1", "tea-3: ¥300", "¥2,700", "¥800"))
    assert "¥2,700 ¥200 tea-3" in " ".join(strip_tags(order).split())
    assert all(text in refund for text in ("¥900", "¥800", "tea"))


def test_order__its_page__shows_its_status_ids_and_refunds(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    server = caller("secret")
    yen = {"amount": "50", "currency": "JPY"}
    line = {"sku": "bread", "quantity": 2, "unit_price": "320", "id": "own-7"}
    server.put("/api/v1/orders/plain", {"placed_at": "2026-11-20T09:30:00Z", "lines": [line]})
    server.post("/api/v1/orders/plain/refunds", {"amount": yen, "reason": "shipping"}, Idempotency_Key="s")
    server.post("/api/v1/orders/plain/refunds", {"cancelled": True}, Idempotency_Key="c")
    order = Order.objects.get(order_id="plain")

    page = cast.merchandiser.get(address("checkout_order", order.pk)).text
    ledger = cast.merchandiser.get(address("checkout_allocation", order.allocation.pk)).text
    charged = cast.merchandiser.get(address("checkout_order", Order.objects.get(order_id="2026-1").pk)).text

    assert all(
        text in page for text in ("cancelled", "own-7", "shipping · ¥50", "cancellation · ¥590", "¥640")
    )
    assert address("checkout_allocation", order.allocation.pk) in page
    assert all(text in ledger for text in ("plain", "shipping", "¥640"))
    assert "return · ¥800" in charged


def test_orders__filtered_by_status__are_those_with_it(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    Order.objects.create(order_id="gone", placed_at=now(), cancelled_at=now(), currency="JPY")
    found = {}

    for status in ("placed", "cancelled", "other"):
        page = cast.merchandiser.get(reverse("admin:checkout_order_changelist"), {"status": status})
        found[status] = {order.order_id for order in page.context["cl"].result_list}

    assert found == {"placed": {"2026-1"}, "cancelled": {"gone"}, "other": {"2026-1", "gone"}}


@pytest.mark.parametrize("page", PAGES)
def test_page__for_everyone__is_read_only(cast: Cast, goods: dict[str, Product], page: str) -> None:
    del goods
    key = PAGES[page]._default_manager.order_by("pk")[0].pk

    for who in (cast.superuser, cast.merchandiser, cast.analyst):
        assert who.get(address(page, key)).status_code == 200
        assert who.post(address(page, key), {"currency": "USD"}).status_code == 403
        assert who.get(reverse(f"admin:{page}_add")).status_code == 403
        assert who.post(reverse(f"admin:{page}_delete", args=[key]), {"post": "yes"}).status_code == 403
    assert cast.outsider.get(address(page, key)).status_code == 403
