"""A customer id is compared exactly, wherever it comes in: case and character width distinguish it."""

from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Product
from checkout.models import CustomerUsage, Order
from offers.models import Customer
from tests.checkout.asking import ask, cart, told
from tests.checkout.charging import redeem
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.support.api_cast import Cast, problem_of

IDS = ("aki", "Aki", "ａｋｉ")


@pytest.fixture
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    return stock_shop()


def known() -> set[str]:
    return set(Customer.objects.values_list("external_id", flat=True))


def test_quotes__ids_that_differ_in_case_or_width__have_uses_of_their_own(
    cast: Cast, goods: dict[str, Product]
) -> None:
    offer = butter_with_bread(goods, customer_usage_limit=1)
    aki = Customer.objects.create(external_id="aki")
    CustomerUsage.objects.create(offer=offer, customer=aki, used_count=1)
    publish()

    statuses = [told(ask(cast.server, cart(bread=1, butter=1) | {"customer": one}))["butter"] for one in IDS]

    assert statuses == ["limit_reached", "applied", "applied"]
    assert known() == set(IDS)


@pytest.mark.usefixtures("goods")
@pytest.mark.parametrize("other", IDS[1:])
def test_redemption__id_of_another_case_or_width__is_another_customer(cast: Cast, other: str) -> None:
    publish()
    quote = ask(cast.server, cart(bread=1) | {"customer": "aki"})

    response = cast.server.post(
        f"/api/v1/quotes/{quote['quote_id']}/redeem", {"customer": other}, Idempotency_Key="r"
    )

    problem_of(response, 409, "customer_changed")
    assert redeem(cast.server, quote["quote_id"]).status_code == 201


@pytest.mark.usefixtures("goods")
def test_orders_events_and_import__ids_that_differ_in_case_or_width__are_different_customers(
    cast: Cast, tmp_path: Path
) -> None:
    for number, customer in enumerate(IDS):
        line = {"sku": "bread", "quantity": 1, "unit_price": "320"}
        body = {"placed_at": "2026-01-02T10:00:00Z", "lines": [line]}
        sent = cast.server.put(f"/api/v1/orders/o-{number}", body | {"customer": customer})
        assert sent.status_code == 201
    rows = [f"i-{number},2026-01-02 10:00, {one} ,bread,1,320,JPY" for number, one in enumerate(IDS)]
    file = tmp_path / "orders.csv"
    file.write_text("order_id,placed_at,customer_id,sku,quantity,unit_price,currency\n" + "\n".join(rows))

    call_command("import_orders", file, "--no-progress")

    assert known() == set(IDS)
    owners = dict(Order.objects.values_list("order_id", "customer__external_id"))
    assert owners == {f"{way}-{number}": one for number, one in enumerate(IDS) for way in ("o", "i")}
