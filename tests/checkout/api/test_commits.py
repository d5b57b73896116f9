"""POST /api/v1/quotes/{quote_id}/commit: an order is charged through a quote."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from checkout.models import (
    AllocatedLine,
    Allocation,
    LineAttribution,
    OfferUsage,
    Order,
    OrderLine,
    Quote,
    Redemption,
)
from checkout.services.quote_id import read_quote_id
from checkout.services.redemption import expire_reservations
from offers.models import Offer
from tests.checkout.charging import charge, commit, quote, redeem, release
from tests.offers.market import from_3000_yen, oolong_for_tea, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast, body_of, problem_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    goods = stock_shop()
    tea_by_the_three(goods["tea"])
    publish()
    return goods


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def test_commit__of_a_reserved_quote__records_order_and_allocation(cast: Cast) -> None:
    answer = charge(cast.server, "2026-1", tea=3, bread=1)

    assert (answer["state"], answer["paid"]) == ("committed", yen(3020))
    assert [(line["sku"], line["discount"], line["gross"]) for line in answer["lines"]] == [
        ("bread", yen(0), yen(320)),
        ("tea", yen(300), yen(2700)),
    ]
    assert sorted(OrderLine.objects.values_list("product__sku", "quantity", "unit_price_minor")) == [
        ("bread", 1, 320),
        ("tea", 1, 800),
        ("tea", 1, 900),
        ("tea", 1, 1000),
    ]
    assert AllocatedLine.objects.get(sku="tea").taken == {"tea-3": 300}


def test_commit__again__changes_nothing(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=3)["quote_id"]
    redeem(cast.server, quote_id)

    first, again = (commit(cast.server, quote_id, "2026-1") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert body_of(first) == body_of(again)
    assert (Order.objects.count(), Allocation.objects.count()) == (1, 1)


def test_commit__with_another_order__is_refused(cast: Cast) -> None:
    quote_id = charge(cast.server, "2026-1", tea=1)["quote_id"]

    problem_of(commit(cast.server, quote_id, "2026-2"), 409, "quote_used")


def test_commit__order_charged_with_another_quote__is_refused(cast: Cast) -> None:
    charge(cast.server, "2026-1", tea=1)
    other = quote(cast.server, bread=1)["quote_id"]
    redeem(cast.server, other, key="k-2")

    problem_of(commit(cast.server, other, "2026-1"), 409, "order_charged")

    assert OrderLine.objects.get().product.sku == "tea"
    assert Redemption.objects.filter(state="reserved").count() == 1


def test_commit__not_reserved_or_released__is_refused(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]

    problem_of(commit(cast.server, quote_id, "2026-1"), 409, "not_reserved")
    redeem(cast.server, quote_id)
    release(cast.server, quote_id)
    problem_of(commit(cast.server, quote_id, "2026-1"), 409, "not_reserved")

    assert not Order.objects.exists()


def overdue(quote_id: str) -> None:
    """Let the quote and its reservation expire, and the worker notice it."""
    Redemption.objects.update(expires_at=now())
    Quote.objects.update(created_at=now() - timedelta(hours=1), expires_at=now())
    expire_reservations(at=now())
    assert Redemption.objects.get(quote__public_id=read_quote_id(quote_id).public_id).state == "expired"


def test_commit__days_after_the_reservation__charges_the_quoted_prices(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=3)["quote_id"]
    redeem(cast.server, quote_id)
    overdue(quote_id)
    Product.objects.update(price_minor=9999)

    first, again = (commit(cast.server, quote_id, "2026-1") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert body_of(first) == body_of(again)
    assert (body_of(first)["paid"], body_of(first)["notes"]) == (yen(2700), [])
    assert OfferUsage.objects.values_list("used_count", "spent_minor").get() == (1, 300)


def test_commit__limit_and_gift_taken_by_others_since__is_charged_with_notes(
    cast: Cast, goods: dict[str, Product]
) -> None:
    from_3000_yen(goods["mug"])
    Offer.objects.filter(code="tea-3").update(usage_limit=1)
    publish()
    quote_id = quote(cast.server, tea=3, bread=2)["quote_id"]
    redeem(cast.server, quote_id)
    overdue(quote_id)
    charge(cast.server, "other", tea=3)
    Product.objects.filter(sku="mug").update(stock=0)

    first, again = (body_of(commit(cast.server, quote_id, "2026-1")) for _ in range(2))

    assert first == again
    assert [(note["code"], note["pointer"], note["offer"], note["sku"]) for note in first["notes"]] == [
        ("limit_exceeded", "/offers/tea-3", "tea-3", None),
        ("gift_sold_out", "/lines/2", "from-3000", "mug"),
    ]
    assert first["lines"][2]["sku"] == "mug"
    assert AllocatedLine.objects.get(sku="mug").refunded_quantity == 1
    assert OfferUsage.objects.get(offer__code="tea-3").used_count == 2


def test_commit__prices_and_products_changed__charges_the_quoted_prices(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=1, bread=1)["quote_id"]
    redeem(cast.server, quote_id)
    Product.objects.filter(sku="tea").update(sku="tea-2", price_minor=5000)
    Product.objects.filter(sku="bread").delete()

    answer = body_of(commit(cast.server, quote_id, "2026-1"))

    assert answer["paid"] == yen(1320)
    assert OrderLine.objects.get().product.sku == "tea-2"
    assert sorted(AllocatedLine.objects.values_list("sku", "product__sku")) == [
        ("bread", None),
        ("tea", "tea-2"),
    ]


def test_commit__gift__is_allocated_but_not_an_order_line(cast: Cast, goods: dict[str, Product]) -> None:
    from_3000_yen(goods["mug"])
    publish()

    answer = charge(cast.server, "2026-1", bread=10)

    assert [(line["sku"], line["gross"]) for line in answer["lines"]] == [
        ("bread", yen(3200)),
        ("mug", yen(0)),
    ]
    assert OrderLine.objects.get().product.sku == "bread"


def test_commit__accepted_offer__is_credited(cast: Cast, goods: dict[str, Product]) -> None:
    oolong_for_tea(goods)
    publish()
    shown = cast.server.post("/api/v1/offers", {"placement": "cart", "cart": [{"sku": "tea"}]})
    accept = [{"decision_id": body_of(shown)["decision_id"], "offer": "oolong"}]

    charge(cast.server, "2026-1", {"accept": accept, "customer": "aki"}, tea=1)

    credit = LineAttribution.objects.select_related("line__product", "line__order__customer").get()
    assert (credit.offer_code, credit.line.product.sku) == ("oolong", "oolong")
    assert str(credit.line.order.customer) == "aki"


def test_commit__order_sent_before__keeps_its_time_and_customer(cast: Cast) -> None:
    placed_at = now() - timedelta(days=1)
    line = {"sku": "tea", "quantity": 1, "unit_price": "1"}
    sent = {"placed_at": placed_at.isoformat(), "customer": "aki", "lines": [line]}
    cast.server.put("/api/v1/orders/2026-1", sent)

    charge(cast.server, "2026-1", tea=1)

    order = Order.objects.get()
    assert (order.placed_at, order.lines.get().unit_price_minor) == (placed_at, 1000)
    assert str(order.customer) == "aki"


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no order": ({}, "/order_id", "required"),
    "empty order": ({"order_id": ""}, "/order_id", "bad_format"),
    "slash": ({"order_id": "a/"}, "/order_id", "bad_format"),
    "its refunds": ({"order_id": "a/refunds"}, "/order_id", "bad_format"),
    "two dots": ({"order_id": "a/../b"}, "/order_id", "bad_format"),
    "too long": ({"order_id": "x" * 129}, "/order_id", "bad_format"),
    "lines": ({"order_id": "1", "lines": []}, "/lines", "unknown_field"),
    "no zone": ({"order_id": "1", "placed_at": "2026-11-20T18:30:00"}, "/placed_at", "bad_format"),
    "year 0": ({"order_id": "1", "placed_at": "0001-01-01T00:00:00+14:00"}, "/placed_at", "out_of_range"),
    "future": ({"order_id": "1", "placed_at": "9999-01-01T00:00:00Z"}, "/placed_at", "out_of_range"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_commit__invalid_field__is_named_and_nothing_charged(
    cast: Cast, body: dict[str, Any], pointer: str, code: str
) -> None:
    quote_id = quote(cast.server, tea=1)["quote_id"]
    redeem(cast.server, quote_id)

    response = cast.server.post(f"/api/v1/quotes/{quote_id}/commit", body)

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Allocation.objects.exists()


def test_commit__with_a_publishable_key__is_403(cast: Cast) -> None:
    quote_id = quote(cast.page, tea=1)["quote_id"]

    problem_of(commit(cast.page, quote_id, "1"), 403, "secret_key_required")


def test_commit__number_of_queries__does_not_grow_with_the_cart(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    quote_id = quote(cast.server, tea=9, bread=1, butter=1, jam=1, mug=1, oolong=1)["quote_id"]
    redeem(cast.server, quote_id)

    with django_assert_max_num_queries(20):
        assert commit(cast.server, quote_id, "2026-1").status_code == 201
