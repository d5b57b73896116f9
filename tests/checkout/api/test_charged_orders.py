"""PUT /api/v1/orders/{order_id} of an order that was charged through a quote: it cannot be changed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Product
from checkout.models import LineAttribution, Order, OrderLine
from tests.checkout.api.test_orders import decision
from tests.checkout.charging import charge
from tests.offers.market import butter_with_bread, from_3000_yen, publish, stock_shop, tea_by_the_three
from tests.support.api_cast import Cast, body_of, problem_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/2026-1"


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    goods = stock_shop()
    tea_by_the_three(goods["tea"])
    from_3000_yen(goods["mug"])
    publish()
    return goods


def sent(*lines: tuple[str, int, str], **changes: Any) -> dict[str, Any]:
    order = Order.objects.get()
    return {
        "placed_at": order.placed_at.isoformat(),
        "lines": [{"sku": sku, "quantity": units, "unit_price": price} for sku, units, price in lines],
        **changes,
    }


def stored() -> list[tuple[Any, ...]]:
    return sorted(OrderLine.objects.values_list("pk", "product__sku", "quantity", "unit_price_minor"))


SAME: dict[str, list[tuple[str, int, str]]] = {
    "line by line": [("tea", 1, "1000"), ("bread", 2, "320"), ("tea", 1, "900"), ("tea", 1, "800")],
    "together": [("bread", 2, "320"), ("tea", 3, "900")],
    "rounded": [("bread", 2, "320"), ("tea", 3, "899.6")],
    "with the gift": [("bread", 2, "320"), ("tea", 3, "900"), ("mug", 1, "0")],
}


@pytest.mark.parametrize("lines", SAME.values(), ids=SAME)
def test_charged_order__sent_as_charged__is_unchanged(cast: Cast, lines: list[tuple[str, int, str]]) -> None:
    charge(cast.server, "2026-1", tea=3, bread=2)
    before = stored()

    answer = cast.server.put(URL, sent(*lines))

    assert (answer.status_code, body_of(answer)["outcome"]) == (200, "unchanged")
    assert stored() == before


TEA = ("tea", 3, "900")
OTHER: dict[str, tuple[list[tuple[str, int, str]], dict[str, str], str]] = {
    "more": ([("bread", 3, "320"), TEA], {}, "/lines/0"),
    "dearer": ([TEA, ("bread", 2, "321")], {}, "/lines/1"),
    "less": ([TEA], {}, "/lines"),
    "another": ([TEA, ("bread", 2, "320"), ("jam", 1, "0")], {}, "/lines/2"),
    "two gifts": ([TEA, ("bread", 2, "320"), ("mug", 2, "0")], {}, "/lines/2"),
    "dollars": ([TEA, ("bread", 2, "320")], {"currency": "KRW"}, "/currency"),
}


@pytest.mark.parametrize(("lines", "changes", "pointer"), OTHER.values(), ids=OTHER)
def test_charged_order__sent_with_differences__is_refused(
    cast: Cast, lines: list[tuple[str, int, str]], changes: dict[str, str], pointer: str
) -> None:
    charge(cast.server, "2026-1", tea=3, bread=2)
    before = stored()

    answer = cast.server.put(URL, sent(*lines, customer="aki", **changes))

    (error,) = problem_of(answer, 409, "order_charged")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "order_charged")
    assert stored() == before
    assert Order.objects.get().customer is None


def test_charged_order__sent_with_differences__names_what_was_charged(cast: Cast) -> None:
    charge(cast.server, "2026-1", tea=3)

    (error,) = body_of(cast.server.put(URL, sent(("tea", 2, "900"))))["errors"]

    assert error["detail"] == "3 units of this product were charged, 2700 JPY in total."


def test_charged_order__customer_time_and_attribution__may_be_sent(
    cast: Cast, goods: dict[str, Product]
) -> None:
    butter_with_bread(goods)
    publish()
    charge(cast.server, "2026-1", bread=1, butter=1)
    body = sent(("bread", 1, "320"), ("butter", 1, "400"), customer="aki", placed_at="2026-11-20T09:30:00Z")
    body["lines"][1]["decision_id"] = decision()

    first, again = (cast.server.put(URL, body) for _ in range(2))

    assert [body_of(answer)["outcome"] for answer in (first, again)] == ["replaced", "unchanged"]
    credit = LineAttribution.objects.select_related("line__product").get()
    assert (credit.line.product.sku, credit.offer_code) == ("butter", "goes-with-it")
    assert str(Order.objects.get().customer) == "aki"


def test_charged_order__in_a_file__is_unchanged_and_others_are_imported(cast: Cast, tmp_path: Path) -> None:
    charge(cast.server, "2026-1", tea=1)
    before = stored()
    rows = "".join(f"{order},2026-01-02 10:00,aki,jam,2,1\n" for order in ("2026-1", "2026-2"))
    path = tmp_path / "orders.csv"
    path.write_text(f"order_id,placed_at,customer_id,sku,quantity,unit_price\n{rows}", encoding="utf-8")

    call_command("import_orders", path, "--no-progress")

    assert [line for line in stored() if line[1] == "tea"] == before
    assert OrderLine.objects.values_list("order__order_id").get(product__sku="jam") == ("2026-2",)
    assert Order.objects.get(order_id="2026-1").customer is None
