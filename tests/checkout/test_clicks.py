"""Credit order lines to the last click of the customer."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.test import override_settings

from catalog.models import Product
from checkout.models import LineAttribution, Order, OrderLine
from checkout.services.clicks import credit_clicks
from offers.models import Customer, Event

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
_numbers = count()


def click(
    offer: str, *skus: str, before: timedelta, customer: str = "c", kind: str = "click", exclusion: str = ""
) -> None:
    """Store a click on an offer that proposed these products, so long before noon."""
    number = next(_numbers)
    Event.objects.create(
        event_id=f"e-{number}",
        type=kind,
        decision=f"d-{offer}",
        offer_code=offer,
        position=number,
        products=list(skus),
        customer=Customer.objects.get_or_create(external_id=customer)[0],
        occurred_at=NOON - before,
        received_at=NOON,
        exclusion=exclusion,
    )


def order(*skus: str, customer: str | None = "c") -> list[OrderLine]:
    """Store an order of noon."""
    buyer = Customer.objects.get_or_create(external_id=customer)[0] if customer else None
    placed = Order.objects.create(
        order_id=f"o-{next(_numbers)}", placed_at=NOON, currency="JPY", customer=buyer
    )
    return [
        OrderLine.objects.create(
            order=placed,
            position=place,
            quantity=1,
            unit_price_minor=100,
            product=Product.objects.get_or_create(
                sku=sku, defaults={"name": sku, "currency": "JPY", "price_minor": 100}
            )[0],
        )
        for place, sku in enumerate(skus)
    ]


def credit() -> dict[str, tuple[str, str, str]]:
    """Credit the orders of the day; return the offer, the decision and how by SKU."""
    credit_clicks(start=NOON - DAY, end=NOON + DAY)
    rows = LineAttribution.objects.values_list("line__product__sku", "offer_code", "decision", "how")
    return {sku: (offer, decision, how) for sku, offer, decision, how in rows}


def test_lines__of_a_customer_who_clicked__are_credited_directly_or_as_assisted() -> None:
    click("set", "tea", "mug", before=timedelta(hours=2))
    click("other", "soap", before=timedelta(hours=1))
    order("mug", "bread")

    # A click on the product itself counts before a later one on another product.
    assert credit() == {"mug": ("set", "d-set", "clicked"), "bread": ("other", "d-other", "assisted")}


def test_lines__several_clicks__are_credited_to_the_last_one() -> None:
    click("first", "tea", before=3 * DAY)
    click("last", "tea", before=DAY, kind="accept")
    click("later", "tea", before=-timedelta(seconds=1))
    order("tea")

    assert credit() == {"tea": ("last", "d-last", "clicked")}


@pytest.mark.parametrize(
    ("days", "before", "is_credited"),
    [
        (7, timedelta(0), True),
        (7, 7 * DAY - timedelta(seconds=1), True),
        (7, 7 * DAY, False),
        (1, 2 * DAY, False),
        (30, 29 * DAY, True),
    ],
)
def test_lines__click_at_the_edge_of_the_window__counts_within_it(
    days: int, before: timedelta, is_credited: bool
) -> None:
    click("set", "tea", before=before)
    order("tea")

    with override_settings(AWASE_ATTRIBUTION_DAYS=days):
        assert bool(credit()) is is_credited


def test_lines__clicks_that_say_nothing_of_the_buyer__are_not_credited() -> None:
    click("bot", "tea", before=DAY, exclusion="bot")
    click("seen", "tea", before=DAY, kind="impression")
    click("friend", "tea", before=DAY, customer="friend")
    order("tea")
    order("tea", customer=None)

    assert credit() == {}


def test_lines__declared_decision__counts_before_a_later_click() -> None:
    click("clicked", "tea", before=DAY)
    [line] = order("tea")
    LineAttribution.objects.create(line=line, decision="d", offer_code="declared")

    assert credit() == {"tea": ("declared", "d", "declared")}


def test_credits__again_after_a_change__follow_it_and_keep_what_is_still_right() -> None:
    click("set", "tea", before=2 * DAY)
    [line] = order("tea")
    first = credit()
    assert credit() == first == {"tea": ("set", "d-set", "clicked")}

    click("late", "tea", before=DAY)
    assert credit() == {"tea": ("late", "d-late", "clicked")}
    Event.objects.update(exclusion="bot")
    assert credit() == {}

    Event.objects.update(exclusion="")
    credit()
    Order.objects.filter(pk=line.order_id).update(customer=None)
    assert credit() == {"tea": ("late", "d-late", "clicked")}
