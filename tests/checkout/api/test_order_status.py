"""PUT /api/v1/orders/{order_id} with a status: cancelled orders are ignored, and can be placed again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from catalog.models import Product
from checkout.models import Allocation, CustomerUsage, OfferUsage, Order, Redemption
from tests.checkout.charging import charge, commit, quote, redeem
from tests.offers.market import from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast, body_of, problem_of
from tests.support.refusals import refuse, refused_by

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/2026-1"
CANCELLED_AT = "2026-11-21T00:00:00Z"


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    """Sell tea by the three to three at most, and give two mugs as gifts."""
    goods = stock_shop()
    Product.objects.filter(sku="mug").update(stock=2)
    tea_by_the_three(goods["tea"], usage_limit=1, budget_minor=300, customer_usage_limit=1)
    from_3000_yen(goods["mug"])
    publish()
    return goods


def reported(**changes: Any) -> dict[str, Any]:
    """Return an order of three teas as a shop reports it."""
    lines = [{"sku": "tea", "quantity": 3, "unit_price": "900"}]
    return {"placed_at": "2026-11-20T09:30:00Z", "currency": "JPY", "lines": lines, **changes}


def charged(**changes: Any) -> dict[str, Any]:
    """Return order 2026-1 as `buy` charges it."""
    bread = {"sku": "bread", "quantity": 1, "unit_price": "320"}
    lines = [*reported()["lines"], bread]
    return reported(placed_at=now().isoformat(), customer="aki", lines=lines, **changes)


def buy(cast: Cast) -> None:
    """Charge three teas and bread for 3,020 yen, with a mug as a gift."""
    charge(cast.server, "2026-1", {"customer": "aki"}, tea=3, bread=1)


def used() -> tuple[list[tuple[str, int, int]], list[int], int | None]:
    """Return what is counted of the offers and of the customer, and the mugs in stock."""
    return (
        list(
            OfferUsage.objects.order_by("offer__code").values_list("offer__code", "used_count", "spent_minor")
        ),
        list(CustomerUsage.objects.filter(used_count__gt=0).values_list("used_count", flat=True)),
        Product.objects.get(sku="mug").stock,
    )


TAKEN = ([("from-3000", 1, 1200), ("tea-3", 1, 300)], [1, 1], 1)
GIVEN_BACK: Any = ([("from-3000", 0, 0), ("tea-3", 0, 0)], [], 2)


def test_order__cancelled_and_placed_again__says_so(cast: Cast) -> None:
    created = body_of(cast.server.put(URL, reported()))
    cancelled = body_of(cast.server.put(URL, reported(status="cancelled", cancelled_at=CANCELLED_AT)))
    kept = body_of(cast.server.put(URL, reported()))
    placed = body_of(cast.server.put(URL, reported(status="placed", cancelled_at=None)))

    answers = [created, cancelled, kept, placed]
    assert [one["status"] for one in answers] == ["placed", "cancelled", "cancelled", "placed"]
    assert [one["cancelled_at"] for one in answers] == [None, CANCELLED_AT, CANCELLED_AT, None]
    assert [one["outcome"] for one in answers] == ["created", "replaced", "unchanged", "replaced"]
    assert body_of(cast.server.get(URL))["status"] == "placed"


def test_order__cancelled_without_a_time__is_cancelled_once_as_of_now(cast: Cast) -> None:
    before = now()

    first = cast.server.put(URL, reported(status="cancelled"))
    moment = Order.objects.get().cancelled_at
    again = cast.server.put(URL, reported(status="cancelled"))

    assert (body_of(first)["outcome"], body_of(again)["outcome"]) == ("created", "unchanged")
    assert moment is not None
    assert moment >= before
    assert Order.objects.get().cancelled_at == moment


def test_order__moved_behind_its_cancellation__moves_that_along(cast: Cast) -> None:
    cast.server.put(URL, reported(status="cancelled", cancelled_at=CANCELLED_AT))

    later = body_of(cast.server.put(URL, reported(placed_at="2026-11-21T12:00:00Z")))
    earlier = body_of(cast.server.put(URL, reported()))

    assert [one["cancelled_at"] for one in (later, earlier)] == ["2026-11-21T12:00:00Z"] * 2


def test_order__ahead_of_the_clock__is_cancelled_when_it_is_placed(cast: Cast) -> None:
    ahead = (now() + timedelta(hours=3)).replace(microsecond=0)

    answer = cast.server.put(URL, reported(placed_at=ahead.isoformat(), status="cancelled"))

    assert answer.status_code == 201
    assert Order.objects.get().cancelled_at == ahead


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown status": ({"status": "shipped"}, "/status", "unknown_choice"),
    "status number": ({"status": 1}, "/status", "wrong_type"),
    "status empty": ({"status": ""}, "/status", "unknown_choice"),
    "time without a status": ({"cancelled_at": CANCELLED_AT}, "/status", "required"),
    "time of a placed order": (
        {"status": "placed", "cancelled_at": CANCELLED_AT},
        "/cancelled_at",
        "out_of_place",
    ),
    "before the order": (
        {"status": "cancelled", "cancelled_at": "2026-11-20T09:29:59Z"},
        "/cancelled_at",
        "out_of_range",
    ),
    "in the future": (
        {"status": "cancelled", "cancelled_at": "2999-01-01T00:00:00Z"},
        "/cancelled_at",
        "out_of_range",
    ),
    "year 9999": (
        {"status": "cancelled", "cancelled_at": "9999-12-31T23:59:59-14:00"},
        "/cancelled_at",
        "out_of_range",
    ),
    "no time zone": (
        {"status": "cancelled", "cancelled_at": "2026-11-21T00:00:00"},
        "/cancelled_at",
        "bad_format",
    ),
    "time number": ({"status": "cancelled", "cancelled_at": 5}, "/cancelled_at", "wrong_type"),
}


@pytest.mark.parametrize(("changes", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_status__invalid__is_named_and_nothing_recorded(
    cast: Cast, changes: dict[str, Any], pointer: str, code: str
) -> None:
    (error,) = problem_of(cast.server.put(URL, reported(**changes)), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Order.objects.exists()


def test_charged_order__cancelled__gives_back_its_uses_once_and_takes_them_again(cast: Cast) -> None:
    buy(cast)
    assert used() == TAKEN

    for _ in range(2):
        assert body_of(cast.server.put(URL, charged(status="cancelled")))["status"] == "cancelled"
        assert used() == GIVEN_BACK
    for _ in range(2):
        assert body_of(cast.server.put(URL, charged(status="placed")))["status"] == "placed"
        assert used() == TAKEN


def test_charged_order__cancelled__refunds_nothing_by_itself(cast: Cast) -> None:
    buy(cast)
    cast.server.put(URL, charged(status="cancelled"))
    assert Allocation.objects.get().refunded_minor == 0

    refund = cast.server.post(f"{URL}/refunds", {"cancelled": True}, Idempotency_Key="c")

    assert (body_of(refund)["amount"]["amount"], used()) == ("3020", GIVEN_BACK)


def test_charged_order__placed_again_when_its_uses_are_taken__exceeds_the_limit(cast: Cast) -> None:
    buy(cast)
    cast.server.put(URL, charged(status="cancelled"))
    charge(cast.server, "2026-2", {"customer": "ken"}, tea=3, bread=1)
    Product.objects.filter(sku="mug").update(stock=0)

    answer = body_of(cast.server.put(URL, charged(status="placed")))

    assert answer["status"] == "placed"
    assert Redemption.objects.get(order_id="2026-1").exceeded == ["tea-3"]
    assert used()[0] == [("from-3000", 2, 2400), ("tea-3", 2, 600)]
    (mug,) = [line for line in answer["paid_lines"] if line["sku"] == "mug"]
    assert mug["refunded_quantity"] == 1
    cast.server.put(URL, charged(status="cancelled"))
    assert (used()[0], used()[2]) == ([("from-3000", 1, 1200), ("tea-3", 1, 300)], 0)


def test_charged_order__refunded_completely__stays_cancelled(cast: Cast) -> None:
    buy(cast)
    cast.server.post(f"{URL}/refunds", {"cancelled": True}, Idempotency_Key="c")

    (error,) = problem_of(cast.server.put(URL, charged(status="placed")), 409, "order_refunded")["errors"]

    assert error["pointer"] == "/status"
    assert (used(), body_of(cast.server.get(URL))["status"]) == (GIVEN_BACK, "cancelled")


def test_charged_order__sent_as_placed__is_unchanged_but_for_its_header(cast: Cast) -> None:
    buy(cast)

    answer = body_of(cast.server.put(URL, charged(status="placed")))

    assert (answer["paid"]["amount"], used()) == ("3020", TAKEN)
    problem_of(cast.server.put(URL, reported(status="cancelled")), 409, "order_charged")
    assert used() == TAKEN


def test_cancelled_order__paid_late__is_placed(cast: Cast) -> None:
    quote_id = quote(cast.server, tea=3)["quote_id"]
    redeem(cast.server, quote_id)
    cast.server.put(URL, reported(status="cancelled"))

    assert commit(cast.server, quote_id, "2026-1").status_code == 201

    assert Order.objects.get().status == "placed"


def test_cancelled_order__lifts_no_refusal_until_it_is_placed(cast: Cast) -> None:
    cast.server.put(URL, reported(customer="aki", status="cancelled"))
    customer = Order.objects.select_related("customer").get().customer
    assert customer is not None
    at = datetime(2026, 11, 19, tzinfo=UTC)
    refuse(customer, products=["tea"], at=at)

    cast.server.put(URL, reported(customer="aki"))
    assert refused_by("aki", at).products == {"tea"}

    cast.server.put(URL, reported(customer="aki", status="placed"))
    assert refused_by("aki", at).products == frozenset()
