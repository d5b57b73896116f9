"""A customer's page shows their statistics, and explains what is missing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from analytics.reports.customer import CustomerReport
from catalog.models import Category, Product
from checkout.models import Order, OrderLine
from engine.restraint import LedgerEntry
from offers.models import Customer, Generation, Offer
from offers.services.restraint.ledger import Person, add_entries
from tests.support.admin_cast import Cast
from tests.support.admin_shop import build_shop
from tests.support.learned_facts import bought_from, due, new_customer, publish_customers
from tests.support.refusals import refuse

TODAY = date(2026, 3, 20)
UNTIL = now().replace(year=2026, month=3, day=20, hour=12)


@pytest.fixture
def aki(db: None) -> Customer:
    del db
    Generation.objects.create(published_at=UNTIL, data_until=UNTIL)
    return new_customer("aki")


def create_product(sku: str, **values: Any) -> Product:
    return Product.objects.create(sku=sku, name=f"Tea {sku}", currency="JPY", price_minor=900, **values)


def page(customer: Customer) -> str:
    return reverse("admin:offers_customer_change", args=[customer.pk])


def shopper_of(customer: Customer, client: Client) -> CustomerReport:
    shopper: CustomerReport = client.get(page(customer)).context["report"]
    return shopper


def test_page__without_statistics__explains_where_they_come_from(aki: Customer, cast: Cast) -> None:
    text = cast.analyst.get(page(aki)).text

    for words in (
        "No statistics yet.",
        "No products are due.",
        "Not enough purchases in one category yet.",
        "This customer has no orders.",
    ):
        assert words in text


def test_page__without_permission__is_refused(aki: Customer, cast: Cast) -> None:
    statuses = [who.get(page(aki)).status_code for who in (cast.analyst, cast.outsider, cast.stranger)]

    assert statuses == [200, 403, 302]


def test_profile__with_facts__shows_segment_and_value_and_their_basis(aki: Customer, cast: Cast) -> None:
    publish_customers([{"customer": aki, "segment": "at_risk", "orders": 4.2, "value": 12_600}])

    text = " ".join(cast.analyst.get(page(aki)).text.split())

    assert "at risk" in text
    assert "¥3,000" in text
    assert "¥12,600" in text
    assert "the value of 4.2 orders in the next year" in text
    assert "amounts of 7 past orders" in text
    assert "still active: 83%" in text


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "This requires more returning customers."),
        ({"orders": 4.2}, "Expected orders in the next year: 4.2. Their value cannot be predicted yet."),
    ],
)
def test_profile__without_a_prediction__says_so(
    known: dict[str, float], words: str, aki: Customer, cast: Cast
) -> None:
    publish_customers([{"customer": aki, **known}])

    assert words in " ".join(cast.analyst.get(page(aki)).text.split())


def test_due__products__are_sorted_by_date_and_overdue_ones_marked(aki: Customer, cast: Cast) -> None:
    late, soon, gone = (create_product(sku) for sku in ("late", "soon", "gone"))
    records = [
        due(soon, TODAY + timedelta(days=3), source="category"),
        due(late, TODAY - timedelta(days=2)),
        due(gone, TODAY),
    ]
    publish_customers([{"customer": aki, "due": records}])
    gone.delete()

    rows = shopper_of(aki, cast.analyst).due

    assert [(row.product, row.is_overdue, row.source) for row in rows] == [
        (late, True, "the customer's own purchases"),
        (soon, False, "all purchases in the category"),
    ]
    assert (rows[0].interval_days, rows[0].purchase_count) == (30, 3)


def test_comfort__price_ranges__are_sorted_by_support(aki: Customer, cast: Cast) -> None:
    tea, cups = (Category.objects.create(name=name, path=name) for name in ("Tea", "Cups"))
    bands = [(tea.pk, 500, 900, 1_500, 6), (cups.pk, 2_000, 2_500, 4_000, 31)]
    publish_customers(
        [
            {
                "customer": aki,
                "comfort": bands,
                "categories": [bought_from(tea, TODAY), bought_from(cups, TODAY)],
            }
        ]
    )

    shopper = shopper_of(aki, cast.analyst)

    assert [(band.category, band.low, band.high, band.line_count) for band in shopper.comfort] == [
        (cups, "¥2,000", "¥4,000", 31),
        (tea, "¥500", "¥1,500", 6),
    ]
    assert shopper.categories == [cups, tea]


def test_declined__offers__are_sorted_newest_first_including_deleted_ones(aki: Customer, cast: Cast) -> None:
    offer = Offer.objects.create(code="tea-time", name="Tea time", kind="cross_sell", currency="JPY")
    earlier, later = (now().replace(microsecond=0) - timedelta(days=days) for days in (89, 88))
    refuse(aki, offers=["old"], at=now() - timedelta(days=90, seconds=1))
    refuse(aki, offers=["gone"], at=earlier)
    refuse(aki, offers=["tea-time"], at=later)

    declined = shopper_of(aki, cast.analyst).declined

    assert [(row.code, row.offer, row.until) for row in declined] == [
        ("tea-time", offer, later + timedelta(days=90)),
        ("gone", None, earlier + timedelta(days=90)),
    ]


def test_declined__kinds_categories_and_everything__are_listed_with_the_reason(
    aki: Customer, cast: Cast
) -> None:
    tea, at = Category.objects.create(name="Tea", path="Tea"), int(now().timestamp())
    entries = [
        LedgerEntry("never", at, scope="kind", subject="upgrade"),
        LedgerEntry("declined", at, scope="category", subject=str(tea.pk)),
        LedgerEntry("later", at, scope="everything", until=at + 9999),
    ]
    add_entries(person=Person(aki.pk), entries=entries)

    answer = cast.analyst.get(page(aki))

    pause, *others = answer.context["report"].declined_groups
    assert (pause.name, int(pause.until.timestamp())) == ("All offers", at + 9999)
    assert {one.name for one in others} == {"upgrade", "Tea"}


def test_declined__products__are_named_and_shown_again_at_the_push_of_a_button(
    aki: Customer, cast: Cast
) -> None:
    tea = create_product("tea")
    refuse(aki, offers=["tea-time"], products=["gone tea"], at=now())
    lift = reverse("admin:offers_customer_lift", args=[aki.pk])

    (row,) = shopper_of(aki, cast.merchandiser).declined_products
    answer = cast.merchandiser.post(lift, {"products": row.key}, follow=True)
    again = cast.merchandiser.post(lift, {"offer": "tea-time"}, follow=True)

    assert row.products == [("gone", None), ("tea", tea)]
    assert "can be shown to this customer again" in answer.text
    assert again.context["report"].declined == []
    assert LogEntry.objects.filter(object_id=str(aki.pk)).count() == 2


def test_lift__without_permission_or_by_a_link__is_refused(aki: Customer, cast: Cast) -> None:
    lift = reverse("admin:offers_customer_lift", args=[aki.pk])

    statuses = [
        who.post(lift, {"offer": "x"}).status_code for who in (cast.analyst, cast.outsider, cast.stranger)
    ]

    assert statuses == [403, 403, 302]
    assert cast.merchandiser.get(lift).status_code == 405
    assert cast.merchandiser.post(reverse("admin:offers_customer_lift", args=[0])).status_code == 404
    assert "Show again" not in cast.analyst.get(page(aki)).text


def test_orders__newest_ten__show_their_totals(aki: Customer, cast: Cast) -> None:
    tea = create_product("tea")
    for days in range(12):
        order = Order.objects.create(
            order_id=f"o-{days}", customer=aki, placed_at=UNTIL - timedelta(days=days), currency="JPY"
        )
        OrderLine.objects.create(order=order, position=0, product=tea, quantity=3, unit_price_minor=400)

    orders = shopper_of(aki, cast.analyst).orders

    assert [row.order.order_id for row in orders] == [f"o-{days}" for days in range(10)]
    assert (orders[0].line_count, orders[0].total) == (1, "¥1,200")


def test_list__of_customers__shows_segment_and_value(aki: Customer, cast: Cast) -> None:
    new_customer("unknown")
    publish_customers([{"customer": aki, "segment": "champion", "value": 12_600}])

    answer = cast.analyst.get(reverse("admin:offers_customer_changelist"), {"facts__segment": "champion"})

    assert [row.external_id for row in answer.context["cl"].result_list] == ["aki"]
    assert "¥12,600" in answer.text


def queries_of(client: Client, count: int) -> list[int]:
    """Return the number of queries of a customer's page and of the list with `count` rows of everything."""
    counts = []
    with transaction.atomic():
        build_shop(count)
        products, customers = list(Product.objects.all()), list(Customer.objects.order_by("pk"))
        records = [due(product, TODAY) for product in products]
        bands = [(category.pk, 1, 2, 3, 9) for category in Category.objects.all()]
        publish_customers([{"customer": one, "due": records, "comfort": bands} for one in customers])
        for address in (page(customers[0]), reverse("admin:offers_customer_changelist")):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        transaction.set_rollback(True)
    return counts


def test_pages__with_ten_times_the_rows__take_no_more_queries(cast: Cast) -> None:
    assert queries_of(cast.analyst, 3) == queries_of(cast.analyst, 30)
