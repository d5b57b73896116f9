"""The statistics page: data covered, quality, customers and products, and what to do without data."""

import re
from dataclasses import fields
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.reports.labels import CONSTANTS
from analytics.stats.habit import FEATURES
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.quality import QuestionQuality, pack_quality
from catalog.models import Product
from checkout.models import Order
from offers.models import Customer, CustomerFacts, Generation, ProductFacts
from tests.support.admin_cast import Cast, create_people, sign_in
from tests.support.admin_shop import build_shop
from tests.support.languages import in_both_languages

PAGE = "statistics"
SECTIONS = ("data", "quality", "due", "slow-movers", "segments", "odd")
TODAY = localdate()


def quality(hit_rate: float, question: str = "cart_completion") -> QuestionQuality:
    return QuestionQuality(
        question=question,
        method="co_purchase",
        constants={"own_exponent": 0.75, "pair_min_orders": 3.0, "something_new": 2.0},
        basket_count=1400,
        hit_rate=hit_rate,
        standard_error=0.0124,
        baseline_hit_rate=0.043,
    )


def create_run(*, days_ago: int = 0, hit_rate: float = 0.31, **values: Any) -> RecomputeRun:
    at = now() - timedelta(days=days_ago)
    usual: dict[str, Any] = {"state": RunState.SUCCEEDED, "quality": pack_quality([quality(hit_rate)])}
    return RecomputeRun.objects.create(
        trigger=RunTrigger.COMMAND, requested_at=at, finished_at=at, **usual | values
    )


def create_customer(name: str, *, due: date | None, **values: Any) -> CustomerFacts:
    return CustomerFacts.objects.create(
        customer=Customer.objects.create(external_id=name),
        segment="loyal",
        recency=4,
        frequency=4,
        monetary=4,
        first_order_date=TODAY - timedelta(days=90),
        last_order_date=TODAY - timedelta(days=20),
        order_count=4,
        currency="JPY",
        spent_minor=8000,
        next_due_date=due,
        **values,
    )


def order_today() -> Order:
    return Order.objects.create(order_id="today", placed_at=now(), currency="JPY")


def create_slow_mover(sku: str, slowness: float) -> ProductFacts:
    product = Product.objects.create(sku=sku, name=f"Tray {sku}", currency="JPY", price_minor=900, stock=40)
    return ProductFacts.objects.create(
        product=product, is_slow_mover=True, slowness=slowness, stock_cover_days=400
    )


def test_page__each_user__opens_only_with_permission(cast: Cast) -> None:
    page = reverse(PAGE)

    people = (cast.superuser, cast.merchandiser, cast.analyst, cast.outsider, cast.stranger)
    statuses = [who.get(page).status_code for who in people]

    assert statuses == [200, 200, 200, 403, 302]


@in_both_languages
@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.django_db
def test_page__empty_or_full__has_every_section(count: int, language: str) -> None:
    create_people()
    build_shop(count)

    text = sign_in("owner", language).get(reverse(PAGE)).text

    assert [section for section in SECTIONS if f'id="{section}"' not in text] == []


def test_page__without_orders__explains_what_to_do(cast: Cast) -> None:
    text = cast.analyst.get(reverse(PAGE)).text

    assert "python manage.py import_orders FILE" in text
    assert "The next recompute measures the hit rate." in text
    assert "No customers are due." in text
    assert "No data yet" in text


def test_quality__of_the_newest_run__is_compared_with_best_sellers(cast: Cast) -> None:
    create_run(days_ago=3, hit_rate=0.25)
    create_run(hit_rate=0.31)

    text = cast.analyst.get(reverse(PAGE)).text

    assert (
        "In 31 of 100 carts, the missing product was among the top 10 recommendations. Best sellers alone: 4."
        in text
    )
    assert "1,400 held-out orders; standard error 1.2 of 100" in text


def test_constants__known_and_new__are_shown_with_their_values(cast: Cast) -> None:
    create_run()

    (question,) = cast.analyst.get(reverse(PAGE)).context["questions"]

    assert "bought together" in question.method
    assert question.constants == [
        ("exponent that reduces the effect of a product's own popularity", "0.75"),
        ("minimum number of orders for a pair", "3"),
        ("something new", "2"),
    ]


def test_questions__stored_in_any_order__start_with_the_cart(cast: Cast) -> None:
    names = ("next_basket", "cart_completion", "product_page")
    create_run(quality=pack_quality([quality(0.3, name) for name in names]))

    questions = cast.analyst.get(reverse(PAGE)).context["questions"]

    assert [question.title for question in questions] == [
        "Cart",
        "Product page",
        "Next order of a known customer",
    ]


def test_chart__of_three_days_and_more__shows_the_newest_run_of_each(cast: Cast) -> None:
    for days_ago, hit_rate in ((200, 0.1), (3, 0.2), (2, 0.21), (2, 0.25), (0, 0.31)):
        create_run(days_ago=days_ago, hit_rate=hit_rate)

    (question,) = cast.analyst.get(reverse(PAGE)).context["questions"]

    ours, best_sellers = question.chart.series
    assert ours.values == [20.0, 25.0, 31.0]
    assert best_sellers.values == [4.3, 4.3, 4.3]
    assert [values for _label, values in question.chart.rows][-1] == ["31.0", "4.3"]


def test_chart__of_the_first_day__shows_every_run(cast: Cast) -> None:
    for hit_rate in (0.2, 0.25, 0.31):
        create_run(hit_rate=hit_rate)

    (question,) = cast.analyst.get(reverse(PAGE)).context["questions"]

    assert question.chart.series[0].values == [20.0, 25.0, 31.0]


def test_quality__never_measured__explains_why(cast: Cast) -> None:
    unknown = QuestionQuality(question="cart_completion", method="default", constants={}, basket_count=0)
    create_run(quality=pack_quality([unknown]))

    text = cast.analyst.get(reverse(PAGE)).text

    assert "There are not enough orders yet" in text
    assert "The defaults, because there are too few orders" in text


def test_quality__failed_and_unmeasured_runs__are_ignored(cast: Cast) -> None:
    create_run(state=RunState.FAILED)
    create_run(quality={})

    assert cast.analyst.get(reverse(PAGE)).context["questions"] == []


def test_odd_orders__counted_by_the_last_run__are_listed(cast: Cast) -> None:
    create_run(days_ago=1, counts={"orders": 9, "future_orders": 7})
    create_run(counts={"orders": 9, "future_orders": 1204, "oversized_orders": 0, "never_heard_of": 2})

    coverage = cast.analyst.get(reverse(PAGE)).context["coverage"]

    assert coverage.odd == [("orders dated in the future; excluded", "1,204"), ("never heard of", "2")]


def test_due__this_week__is_counted_by_day_and_overdue_separately(cast: Cast) -> None:
    order_today()
    for name, days in (("late", -1), ("first", 0), ("second", 6), ("next week", 7)):
        create_customer(name, due=TODAY + timedelta(days=days))
    create_customer("never", due=None)

    due = cast.analyst.get(reverse(PAGE)).context["due"]

    assert [facts.customer.external_id for facts in due.customers] == ["first", "second"]
    assert (due.count, due.overdue_count, due.is_past) == (2, 1, False)
    assert due.days.series[0].values == [1, 0, 0, 0, 0, 0, 1]


def test_coverage__newest_order_cancelled__ends_with_the_one_before(cast: Cast) -> None:
    old = Order.objects.create(order_id="old", placed_at=now() - timedelta(days=3), currency="JPY")
    order_today()
    Order.objects.filter(order_id="today").update(cancelled_at=now())

    coverage = cast.analyst.get(reverse(PAGE)).context["coverage"]

    assert (coverage.first_order_at, coverage.newest_order_at) == (old.placed_at, old.placed_at)
    assert sum(coverage.weeks.series[0].values) == 1


def test_due__old_orders__is_for_the_week_after_the_newest_one(cast: Cast) -> None:
    placed_at = now() - timedelta(days=400)
    Order.objects.create(order_id="old", placed_at=placed_at, currency="JPY")
    create_customer("then", due=localdate(placed_at) + timedelta(days=2))

    due = cast.analyst.get(reverse(PAGE)).context["due"]

    assert (due.is_past, due.first_day, due.count) == (True, localdate(placed_at), 1)


def test_due__more_than_shown__links_to_the_full_list(cast: Cast) -> None:
    order_today()
    for row in range(21):
        create_customer(f"c-{row}", due=TODAY + timedelta(days=6))
    create_customer("next week", due=TODAY + timedelta(days=7))

    text = cast.analyst.get(reverse(PAGE)).text
    (query,) = re.findall(r"/offers/customer/\?(facts__next_due_date_from=[^\"]*)", text)
    listed = cast.analyst.get(f"{reverse('admin:offers_customer_changelist')}?{unescape(query)}")

    assert listed.context["cl"].result_count == 21


def test_slow_movers__with_stock__are_sorted_slowest_first(cast: Cast) -> None:
    for sku, slowness in (("A", 0.2), ("B", 0.9)):
        create_slow_mover(sku, slowness)

    answer = cast.analyst.get(reverse(PAGE))

    assert [facts.product.sku for facts in answer.context["slow_movers"].products] == ["B", "A"]
    assert "400 days" in answer.text
    assert "2 of 2 products hardly sell" in answer.text


@pytest.mark.parametrize("hours", [0, 1])
def test_coverage__orders_since_the_last_recompute__are_mentioned(hours: int, cast: Cast) -> None:
    until = order_today().placed_at - timedelta(hours=hours)
    Generation.objects.create(published_at=now(), data_until=until)

    text = cast.analyst.get(reverse(PAGE)).text

    assert ("Newer orders are included in the next recompute" in text) is bool(hours)


def test_weeks__with_orders__end_with_the_newest_one(cast: Cast) -> None:
    newest = now() - timedelta(days=3)
    for place, days in enumerate((0, 6, 7, 83, 84)):
        Order.objects.create(order_id=f"o-{place}", placed_at=newest - timedelta(days=days), currency="JPY")
    Order.objects.create(order_id="slip", placed_at=newest + timedelta(days=900), currency="JPY")

    coverage = cast.analyst.get(reverse(PAGE)).context["coverage"]

    assert coverage.newest_order_at == newest
    assert coverage.weeks.series[0].values == [1, *[0] * 9, 1, 2]


def queries_of(client: Client, count: int) -> int:
    """Return the number of queries of the page in a shop with `count` rows of everything."""
    with transaction.atomic():
        build_shop(count)
        for row in range(count):
            create_run(days_ago=row)
            create_customer(f"due-{row}", due=TODAY)
            create_slow_mover(f"S-{row}", 0.5)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(PAGE)).status_code == 200
        transaction.set_rollback(True)
    return len(queries)


def test_page__with_ten_times_the_rows__takes_no_more_queries(cast: Cast) -> None:
    assert queries_of(cast.analyst, 3) == queries_of(cast.analyst, 30)


def test_constants__that_a_recompute_can_select__have_labels() -> None:
    parameters = {field.name for field in fields(LinkParameters)} - {"method"}

    assert parameters | set(FEATURES) <= CONSTANTS.keys()
