from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Product
from checkout.models import LineAttribution, Order, OrderLine
from checkout.services.order import OrderInput, OrderLineInput, OrderOutcome, record_order
from checkout.services.order_input import draft_order
from offers.models import Customer
from tests.support.refusals import refuse, refused_by

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shelf(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db"):
        for sku in ("tea", "cup", "pot"):
            Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=500)


def an_order(*skus: str, **changes: Any) -> OrderInput:
    lines = [OrderLineInput(sku=sku, quantity=2, unit_price="480") for sku in skus]
    values = {"order_id": "A1", "placed_at": "2026-11-21T18:00:00+09:00", "customer": "c-1", "lines": lines}
    return OrderInput(**(values | changes))


def pointers(order: OrderInput) -> set[tuple[str, str]]:
    verdict = record_order(order=order, at=AT)
    assert verdict.outcome is OrderOutcome.REJECTED
    return {(error.pointer, error.code) for error in verdict.errors}


@pytest.mark.django_db
def test_order__of_a_declined_product__lifts_the_refusal() -> None:
    before = datetime(2026, 11, 20, 9, tzinfo=UTC)
    refuse(Customer.objects.create(external_id="c-1"), products=["tea", "pot"], at=before)

    record_order(order=an_order("tea", "cup"), at=AT)

    assert refused_by("c-1", AT).products == {"pot"}


@pytest.mark.django_db
def test_order__new__is_created_with_its_customer() -> None:
    verdict = record_order(order=an_order("tea", "cup"), at=AT)

    assert verdict.outcome is OrderOutcome.CREATED
    stored = Order.objects.get()
    assert (stored.order_id, stored.currency, stored.placed_at) == (
        "A1",
        "JPY",
        datetime(2026, 11, 21, 9, tzinfo=UTC),
    )
    assert stored.customer is not None
    assert stored.customer.external_id == "c-1"
    lines = OrderLine.objects.order_by("position").values_list("product__sku", "quantity", "unit_price_minor")
    assert list(lines) == [("tea", 2, 480), ("cup", 2, 480)]


@pytest.mark.django_db
def test_order__sent_again__is_unchanged_and_keeps_its_rows() -> None:
    record_order(order=an_order("tea", "cup"), at=AT)
    before = set(OrderLine.objects.values_list("pk", flat=True))

    verdict = record_order(order=an_order("tea", "cup"), at=AT)

    assert verdict.outcome is OrderOutcome.UNCHANGED
    assert set(OrderLine.objects.values_list("pk", flat=True)) == before
    assert Customer.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "again",
    [an_order("tea"), an_order("tea", "pot"), an_order("tea", "cup", customer=None), an_order("cup", "tea")],
)
def test_order__sent_with_a_change__is_replaced(again: OrderInput) -> None:
    record_order(order=an_order("tea", "cup"), at=AT)

    verdict = record_order(order=again, at=AT)

    assert verdict.outcome is OrderOutcome.REPLACED
    stored = OrderLine.objects.order_by("position").values_list("product__sku", flat=True)
    assert list(stored) == [line.sku for line in again.lines]
    assert Order.objects.count() == 1


@pytest.mark.django_db
def test_order__line_sent_without_its_offer__keeps_the_attribution() -> None:
    line = OrderLineInput(sku="tea", quantity=2, unit_price="480", decision="d1", offer_code="morning")
    record_order(order=an_order(lines=[line]), at=AT)

    verdict = record_order(order=an_order("tea", "cup"), at=AT)

    assert verdict.outcome is OrderOutcome.REPLACED
    attribution = LineAttribution.objects.get()
    assert (attribution.line.position, attribution.offer_code) == (0, "morning")


@pytest.mark.django_db
def test_order__line_with_another_offer__changes_the_attribution() -> None:
    for code, outcome in (("morning", OrderOutcome.CREATED), ("evening", OrderOutcome.REPLACED)):
        line = OrderLineInput(sku="tea", quantity=2, unit_price="480", decision="d1", offer_code=code)

        assert record_order(order=an_order(lines=[line]), at=AT).outcome is outcome

    assert LineAttribution.objects.get().offer_code == "evening"


@pytest.mark.django_db
def test_order__invalid_fields__are_all_named_and_nothing_written() -> None:
    lines = [
        OrderLineInput(sku="tea", quantity=0, unit_price="-1"),
        OrderLineInput(sku="?", quantity=2**31, unit_price="x"),
    ]

    found = pointers(an_order(order_id="\x00", placed_at="2017-02-30", currency="XXQ", lines=lines))

    assert found == {
        ("/order_id", "invalid_characters"),
        ("/placed_at", "invalid"),
        ("/currency", "unknown_currency"),
        ("/lines/0/quantity", "out_of_range"),
        ("/lines/0/unit_price", "out_of_range"),
        ("/lines/1/quantity", "out_of_range"),
        ("/lines/1/unit_price", "invalid"),
        ("/lines/1/sku", "unknown_sku"),
    }
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("lines", [[], [OrderLineInput(sku="tea", quantity=1, unit_price="1")] * 1001])
def test_order__no_lines_or_too_many__is_refused(lines: list[OrderLineInput]) -> None:
    assert pointers(an_order(lines=lines)) == {("/lines", "out_of_range")}


@pytest.mark.django_db
def test_order__price_with_more_decimals__is_rounded_half_up() -> None:
    line = OrderLineInput(sku="tea", quantity=3, unit_price="1.005")

    record_order(order=an_order(lines=[line], currency="USD"), at=AT)

    assert OrderLine.objects.get().unit_price_minor == 101


@pytest.mark.django_db
def test_order__any_size__makes_the_same_number_of_queries() -> None:
    counts = []
    for size in (2, 150):
        lines = [OrderLineInput(sku="tea", quantity=n + 1, unit_price="1") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            record_order(order=an_order(order_id=str(size), customer=str(size), lines=lines), at=AT)
        counts.append(len(queries))

    assert counts[0] == counts[1]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(SCALARS, SCALARS, SCALARS, SCALARS, SCALARS, SCALARS)
def test_order__any_values__return_a_verdict(
    order_id: Any, placed_at: Any, customer: Any, sku: Any, quantity: Any, unit_price: Any
) -> None:
    line = OrderLineInput(sku=sku, quantity=quantity, unit_price=unit_price)
    order = OrderInput(order_id=order_id, placed_at=placed_at, customer=customer, lines=[line])

    draft = draft_order(order, at=AT)

    assert all(error.pointer.startswith("/") and error.code for error in draft.errors)
