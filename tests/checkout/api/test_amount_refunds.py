"""POST /api/v1/orders/{order_id}/refunds by amount, and of orders that were charged without a quote."""

import math
import random
from fractions import Fraction
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from catalog.models import Product
from checkout.models import AllocatedLine, Allocation, Refund
from engine.money import MAX_MINOR
from tests.checkout.charging import charge
from tests.offers.market import from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast, body_of, problem_of

pytestmark = pytest.mark.django_db
ORDER = "/api/v1/orders/2026-1"
URL = f"{ORDER}/refunds"


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def refund(cast: Cast, key: str = "", **body: Any) -> Any:
    return cast.server.post(URL, body, Idempotency_Key=key or f"k-{Refund.objects.count()}")


def report(cast: Cast, *lines: tuple[str, int, str], **more: Any) -> Any:
    """Report an order without a quote; the IDs of its lines are a, b, c …"""
    sent = [
        {"sku": sku, "quantity": quantity, "unit_price": yen(0) | {"amount": price}, "id": "abc"[place]}
        for place, (sku, quantity, price) in enumerate(lines)
    ]
    response = cast.server.put(ORDER, {"placed_at": "2026-11-20T09:30:00Z", "lines": sent} | more)
    assert response.status_code < 300, response.content
    return body_of(response)


def test_amount__for_goodwill__does_not_change_what_units_return(
    cast: Cast, goods: dict[str, Product]
) -> None:
    tea_by_the_three(goods["tea"])
    publish()
    charge(cast.server, "2026-1", tea=3)

    goodwill = body_of(refund(cast, amount=yen(500)))
    units = body_of(refund(cast, lines=[{"line": 0}]))

    # 200 of the 2,700 are tax.
    assert [goodwill[name] for name in ("amount", "net", "tax", "keep", "lines", "reason")] == [
        yen(500),
        yen(463),
        yen(37),
        yen(0),
        [],
        "goodwill",
    ]
    assert [units[name] for name in ("amount", "keep", "refunded", "by_amount", "reason")] == [
        yen(900),
        yen(900),
        yen(1400),
        yen(500),
        "return",
    ]


def test_amount__then_everything_returned__never_exceeds_what_was_paid(cast: Cast) -> None:
    publish()
    charge(cast.server, "2026-1", tea=3)
    refund(cast, amount=yen(500), reason="shipping")

    units = [body_of(refund(cast, lines=[{"line": 0}])) for _ in range(3)]
    beyond = refund(cast, amount=yen(1))

    assert [one["amount"]["amount"] for one in units] == ["1000", "1000", "500"]
    assert [one["keep"]["amount"] for one in units] == ["1000"] * 3
    assert units[-1]["refunded"] == units[-1]["paid"] == yen(3000)
    problem = problem_of(beyond, 409, "refund_exceeds")
    assert problem["errors"][0]["pointer"] == "/amount"
    assert "¥0" in problem["errors"][0]["detail"]


def test_amount__of_an_order_cancelled_later__is_deducted_from_the_rest(cast: Cast) -> None:
    publish()
    charge(cast.server, "2026-1", tea=3)
    refund(cast, amount=yen(500))

    rest = body_of(refund(cast, cancelled=True))

    assert (rest["amount"], rest["refunded"], rest["reason"]) == (yen(2500), yen(3000), "cancellation")


def test_amount__previewed_or_repeated__is_refunded_once(cast: Cast) -> None:
    publish()
    charge(cast.server, "2026-1", tea=1)

    preview = body_of(refund(cast, amount=yen(300), preview=True))
    first, again = (refund(cast, "g-1", amount=yen(300)) for _ in range(2))

    assert (preview["refunded"], Refund.objects.count()) == (yen(300), 1)
    assert first.content == again.content
    problem_of(refund(cast, "g-1", amount=yen(301)), 422, "idempotency_key_reused")
    problem_of(refund(cast, "g-1", amount=yen(300), reason="shipping"), 422, "idempotency_key_reused")


def test_refunds__of_an_order__can_be_read(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish()
    charge(cast.server, "2026-1", {"cart": [{"sku": "tea", "quantity": 3, "id": "own"}]})
    refund(cast, amount=yen(500), reason="shipping")
    refund(cast, lines=[{"id": "own"}])

    with django_assert_max_num_queries(9):
        order = body_of(cast.server.get(ORDER))

    assert (order["paid"], order["refunded"]) == (yen(3000), yen(1500))
    assert [one["id"] for one in order["lines"]] == ["own"]
    (line,) = order["paid_lines"]
    assert (line["of"], line["refunded_quantity"]) == ([{"id": "own", "quantity": 3}], 1)
    assert [(one["reason"], one["amount"], len(one["lines"])) for one in order["refunds"]] == [
        ("shipping", yen(500), 0),
        ("return", yen(1000), 1),
    ]


def test_reported_order__refunded_by_line_id_and_amount__has_a_ledger_from_then_on(cast: Cast) -> None:
    report(cast, ("tea", 3, "333"), ("bread", 2, "320"))

    preview = body_of(refund(cast, lines=[{"id": "a", "quantity": 2}], preview=True))
    assert not Allocation.objects.exists()
    units = body_of(refund(cast, lines=[{"id": "a", "quantity": 2}]))
    amount = body_of(refund(cast, amount=yen(100)))
    rest = body_of(refund(cast, cancelled=True))

    assert preview["amount"] == units["amount"] == yen(666)
    assert [(one["sku"], one["of"], one["gross"]) for one in units["lines"]] == [
        ("tea", [{"id": "a", "quantity": 2}], yen(666))
    ]
    assert [one["refunded"]["amount"] for one in (units, amount, rest)] == ["666", "766", "1639"]
    order = body_of(cast.server.get(ORDER))
    assert (order["status"], order["paid"], order["refunded"]) == ("cancelled", yen(1639), yen(1639))
    of = [[line["of"] for line in one["lines"]] for one in order["refunds"]]
    assert of == [
        [[{"id": "a", "quantity": 2}]],
        [],
        [[{"id": "a", "quantity": 1}], [{"id": "b", "quantity": 2}]],
    ]


def test_reported_order__refunded_by_number__states_its_tax(cast: Cast) -> None:
    report(cast, ("tea", 3, "1080"), ("bread", 2, "320"))

    (line,) = body_of(refund(cast, lines=[{"line": 0}]))["lines"]

    assert (line["line"], line["net"], line["tax"], line["gross"]) == (0, yen(1000), yen(80), yen(1080))


def test_reported_order__of_a_shop_with_net_prices__was_paid_with_tax(cast: Cast, settings: Settings) -> None:
    settings.AWASE_TAX_DISPLAY = "net"
    report(cast, ("tea", 3, "1000"))

    answer = body_of(refund(cast, lines=[{"line": 0}]))

    assert [answer[name] for name in ("net", "tax", "amount", "paid")] == [
        yen(1000),
        yen(80),
        yen(1080),
        yen(3240),
    ]


def test_reported_order__refunded__keeps_its_lines(cast: Cast) -> None:
    report(cast, ("tea", 3, "333"))
    refund(cast, lines=[{"line": 0}])

    same = report(cast, ("tea", 3, "333"))
    body = {
        "placed_at": "2026-11-20T09:30:00Z",
        "lines": [{"sku": "tea", "quantity": 2, "unit_price": "333"}],
    }
    problem = problem_of(cast.server.put(ORDER, body), 409, "order_refunded")

    assert same["outcome"] == "unchanged"
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [("/lines/0", "order_refunded")]


def test_reported_order__beyond_the_largest_amount__cannot_be_refunded(cast: Cast) -> None:
    report(cast, ("tea", 2, str(MAX_MINOR)))

    problem_of(refund(cast, lines=[{"line": 0}]), 409, "order_too_large")
    problem_of(refund(cast, cancelled=True), 409, "order_too_large")
    assert not Allocation.objects.exists()


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "zero": ({"amount": yen(0)}, "/amount/amount", "out_of_range"),
    "negative": ({"amount": yen(-1)}, "/amount/amount", "bad_format"),
    "decimals": ({"amount": {"amount": "0.5", "currency": "JPY"}}, "/amount/amount", "too_many_decimals"),
    "huge": ({"amount": {"amount": "9" * 16, "currency": "JPY"}}, "/amount/amount", "out_of_range"),
    "another currency": (
        {"amount": {"amount": "5", "currency": "USD"}},
        "/amount/currency",
        "other_currency",
    ),
    "no currency": ({"amount": {"amount": "5", "currency": "XXQ"}}, "/amount/currency", "other_currency"),
    "text": ({"amount": "500"}, "/amount", "wrong_type"),
    "with lines": ({"amount": yen(1), "lines": [{"line": 0}]}, "/amount", "out_of_place"),
    "with a cancellation": ({"amount": yen(1), "cancelled": True}, "/amount", "out_of_place"),
    "unknown reason": ({"amount": yen(1), "reason": "kindness"}, "/reason", "unknown_choice"),
    "reason of a return": ({"lines": [{"line": 0}], "reason": "goodwill"}, "/reason", "out_of_place"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_amount__invalid__is_named_and_nothing_recorded(
    cast: Cast, body: dict[str, Any], pointer: str, code: str
) -> None:
    report(cast, ("tea", 3, "333"))

    (error,) = problem_of(refund(cast, **body), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("seed", range(6))
def test_refunds__of_units_and_by_amount__add_up_to_what_was_paid(
    cast: Cast, goods: dict[str, Product], seed: int
) -> None:
    rolls = random.Random(seed)  # noqa: S311 (any order will do)
    Product.objects.filter(sku="bread").update(tax_rate_bp=1000)
    if seed % 2:
        report(cast, ("tea", 4, "333"), ("bread", 3, "98"), ("jam", 1, "651"), shipping=yen(490))
    else:
        tea_by_the_three(goods["tea"])
        from_3000_yen(None, benefit_kind="percent", benefit_value=333)
        publish()
        charge(cast.server, "2026-1", tea=4, bread=3, jam=1, shipping=490)
    refund(cast, amount=yen(7))
    lines = {line.position: line for line in AllocatedLine.objects.all()}
    units = [position for position, line in lines.items() for _ in range(line.quantity)]
    rolls.shuffle(units)

    for position in units:
        left = _left()
        answer = body_of(refund(cast, lines=[{"line": position}]))
        line = lines[position]
        exact = Fraction(line.net_minor + line.tax_minor, line.quantity)
        assert abs(int(answer["keep"]["amount"]) - exact) < 1
        assert int(answer["amount"]["amount"]) == min(int(answer["keep"]["amount"]), left)
        if _left() and rolls.random() < 0.5:
            assert refund(cast, amount=yen(rolls.randint(1, min(200, _left())))).status_code == 201

    if left := _left():
        assert refund(cast, amount=yen(left), reason="shipping").status_code == 201
    allocation = Allocation.objects.get()
    goods_minor = sum(line.net_minor + line.tax_minor for line in lines.values())
    assert allocation.refunded_minor == allocation.paid_minor == goods_minor + 490
    tax_minor = sum(line.tax_minor for line in lines.values())
    paid_tax = tax_minor + math.floor(Fraction(490 * tax_minor, goods_minor) + Fraction(1, 2))
    assert sum(Refund.objects.values_list("tax_minor", flat=True)) == paid_tax
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == allocation.paid_minor


def _left() -> int:
    allocation = Allocation.objects.get()
    assert 0 <= allocation.refunded_minor <= allocation.paid_minor
    return allocation.paid_minor - allocation.refunded_minor
