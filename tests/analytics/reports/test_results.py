"""Results of offers: in the list of all offers, on the results page, in the download."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import Settings

from analytics.reports.results import amounts_text, read_results
from catalog.models import Product
from catalog.services.values import MAX_INT32
from checkout.models import (
    Allocation,
    LineAttribution,
    Order,
    OrderLine,
    Quote,
    RedeemedOffer,
    Redemption,
    Refund,
)
from engine.money import MAX_MINOR
from offers.models import Customer, Event, Exclusion, Offer
from tests.support.admin_cast import Cast, create_people, sign_in
from tests.support.admin_shop import build_shop
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
SINCE = timedelta(days=28)


def order_through(offer: Offer, *, days_ago: int = 1, currency: str = "JPY", prices: tuple[int, ...]) -> None:
    """Create an order attributed to an offer, with two units per line."""
    product, _made = Product.objects.get_or_create(
        sku="tea", defaults={"name": "Tea", "currency": "JPY", "price_minor": 1000}
    )
    order = Order.objects.create(
        order_id=f"o-{Order.objects.count()}", placed_at=now() - timedelta(days=days_ago), currency=currency
    )
    for position, price in enumerate(prices):
        line = OrderLine.objects.create(
            order=order, position=position, product=product, quantity=2, unit_price_minor=price
        )
        LineAttribution.objects.create(line=line, decision="d", offer_code=offer.code)


def event(offer: Offer, kind: str, number: int, exclusion: str = "", days_ago: int = 0) -> None:
    Event.objects.create(
        event_id=f"{kind}-{number}-{exclusion}",
        type=kind,
        decision=f"d-{number}",
        offer_code=offer.code,
        position=1,
        occurred_at=now() - timedelta(days=days_ago),
        received_at=now(),
        exclusion=exclusion,
    )


def use(offer: Offer, discount: int, *, state: str = "committed", number: int = 0) -> None:
    """Charge or reserve a quote with an offer."""
    quote = Quote.objects.create(
        public_id=f"q-{state}-{number}",
        currency="JPY",
        list_minor=1000,
        discount_minor=discount,
        gross_minor=1000 - discount,
        total_minor=1000 - discount,
        content=b"",
        created_at=now(),
        expires_at=now() + timedelta(minutes=30),
    )
    redemption = Redemption.objects.create(
        quote=quote,
        state=state,
        order_id="o" if state == "committed" else "",
        reserved_at=now(),
        expires_at=now(),
        settled_at=now() if state == "committed" else None,
    )
    RedeemedOffer.objects.create(
        redemption=redemption, offer=offer, offer_code=offer.code, version=1, discount_minor=discount
    )


@pytest.fixture
def offer() -> Offer:
    return Offer.objects.create(code="tea", name="Tea time", kind="cross_sell", currency="JPY")


def test_results__of_an_offer__count_sales_and_discounts(offer: Offer) -> None:
    order_through(offer, prices=(500, 300))
    order_through(offer, prices=(500,))
    order_through(offer, prices=(900,), days_ago=29)
    use(offer, 120)
    use(offer, 80, number=1)
    use(offer, 999, state="reserved")
    for number in range(3):
        event(offer, "impression", number)
    event(offer, "accept", 0)

    results = read_results(now() - SINCE)[offer.code]

    assert (results.order_count, results.sold) == (2, {"JPY": 2 * (500 + 300 + 500)})
    assert (results.use_count, results.discount) == (2, {"JPY": 200})
    assert (results.seen, results.accepted, results.accepted_share) == (3, 1, "33.3%")


def test_results__of_a_cancelled_order__are_not_counted(offer: Offer) -> None:
    order_through(offer, prices=(500,))
    use(offer, 120)
    quote, at = Quote.objects.get(), now()
    Allocation.objects.create(order=Order.objects.get(), quote=quote, paid_minor=1000, committed_at=at)
    Order.objects.update(cancelled_at=at)

    results = read_results(now() - SINCE)

    assert offer.code not in results


def test_results__in_two_currencies__are_never_added_up(offer: Offer) -> None:
    order_through(offer, prices=(500,))
    order_through(offer, prices=(500,), currency="USD")

    results = read_results(now() - SINCE)[offer.code]

    assert results.sold == {"JPY": 1000, "USD": 1000}
    assert results.sold_text == "¥1,000 + $10.00"
    assert amounts_text({}) == "–"


def test_list__of_all_offers__shows_sales(offer: Offer, cast: Cast) -> None:
    Offer.objects.create(code="mug", name="Mug", kind="cross_sell", currency="JPY")
    order_through(offer, prices=(500,))
    use(offer, 120)

    text = cast.analyst.get(reverse("admin:offers_offer_changelist")).text

    assert "¥1,000 from 1 order" in text
    assert "1 use, −¥120" in text
    assert text.count("No results yet") == 1


def test_page__of_results__shows_best_sellers_first_and_the_share(offer: Offer, cast: Cast) -> None:
    other = Offer.objects.create(code="mug", name="Mug", kind="cross_sell", currency="JPY")
    order_through(offer, prices=(500,))
    order_through(other, prices=(1500,))

    answer = cast.analyst.get(reverse("results"), {"days": "7"})

    assert [row.code for row in answer.context["rows"]] == ["mug", "tea"]
    assert answer.context["totals"].sold == "¥4,000"
    assert answer.context["totals"].share == "100.0%"
    assert answer.context["days"] == 7


def test_download__of_results__contains_plain_numbers(offer: Offer, cast: Cast) -> None:
    Offer.objects.filter(pk=offer.pk).update(name="=1+1")
    order_through(offer, prices=(500,), currency="USD")

    answer = cast.analyst.get(reverse("results"), {"format": "csv"})

    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["offer"], row["name"], row["sold"], row["currency"]) for row in rows] == [
        ("tea", "'=1+1", "10.00", "USD")
    ]


@pytest.mark.parametrize("days", ["", "0", "9999999999", "x", "٧"])
def test_page__unknown_period__shows_the_default(days: str, cast: Cast) -> None:
    answer = cast.analyst.get(reverse("results"), {"days": days})

    assert answer.context["days"] == 28
    assert "No offers are live" in answer.text


def test_results__of_a_deleted_offer__are_listed_by_code(offer: Offer, cast: Cast) -> None:
    order_through(offer, prices=(500,))
    offer.delete()

    text = cast.analyst.get(reverse("results")).text

    assert "deleted" in text
    assert "¥1,000" in text


def test_results__each_user__need_the_permission_to_see_orders(offer: Offer, cast: Cast) -> None:
    order_through(offer, prices=(500,))

    def status(client: Client) -> int:
        return client.get(reverse("results")).status_code

    assert status(cast.analyst) == status(cast.merchandiser) == 200
    assert status(cast.outsider) == 403
    assert status(cast.stranger) == 302


@in_both_languages
def test_page__with_ten_times_the_offers__takes_no_more_queries(language: str) -> None:
    create_people()
    owner = sign_in("owner", language)
    counts = []
    for rows in (3, 30):
        with transaction.atomic():
            build_shop(rows)
            owner.get(reverse("results"))
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(reverse("results"), {"days": "90"}).status_code == 200
            transaction.set_rollback(True)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_page__with_a_huge_order__adds_it_up(offer: Offer, cast: Cast) -> None:
    order_through(offer, prices=(MAX_MINOR, 7))
    OrderLine.objects.update(quantity=MAX_INT32)
    customer = Customer.objects.create(external_id="c-1")
    Order.objects.update(customer=customer)
    pages = [
        reverse("admin:offers_offer_changelist"),
        reverse("admin:checkout_order_changelist"),
        reverse("admin:offers_customer_change", args=[customer.pk]),
    ]

    answer = cast.analyst.get(reverse("results"))

    assert answer.context["rows"][0].results.sold["JPY"] == pytest.approx(MAX_INT32 * (MAX_MINOR + 7))
    assert [cast.analyst.get(page).status_code for page in pages] == [200, 200, 200]


def test_page__with_a_cancelled_order__excludes_it_from_days_and_share(offer: Offer, cast: Cast) -> None:
    order_through(offer, prices=(500,))
    order_through(offer, prices=(1500,))
    use(offer, 120)
    Allocation.objects.create(
        order=Order.objects.latest("pk"),
        quote=Quote.objects.get(),
        paid_minor=3000,
        committed_at=now(),
    )
    Order.objects.filter(allocation__isnull=False).update(cancelled_at=now())

    context = cast.analyst.get(reverse("results")).context

    assert sum(context["by_day"].series[0].values) == 1000
    assert context["totals"].share == "100.0%"


def refund_newest(amount: int, tax: int) -> None:
    """Refund some of the newest order, of which this much is tax."""
    ledger = Allocation.objects.create(
        order=Order.objects.latest("pk"), currency="JPY", paid_minor=3000, committed_at=now()
    )
    Refund.objects.create(
        allocation=ledger,
        reason="goodwill",
        amount_minor=amount,
        tax_minor=tax,
        keep_minor=0,
        claw_back_minor=0,
        refunded_at=now(),
    )


@pytest.mark.parametrize(
    ("display", "net", "refunded"), [("gross", "¥3,890", "¥110"), ("net", "¥3,900", "¥100")]
)
def test_page__with_refunds__deducts_them_from_net_sales(
    display: str, net: str, refunded: str, offer: Offer, cast: Cast, settings: Settings
) -> None:
    settings.AWASE_CURRENCY, settings.AWASE_TAX_DISPLAY = "JPY", display
    order_through(offer, prices=(500,))
    order_through(offer, prices=(1500,))
    refund_newest(110, 10)

    shown = cast.analyst.get(reverse("results"))
    Order.objects.filter(allocation__isnull=False).update(cancelled_at=now())
    cancelled = cast.analyst.get(reverse("results")).context["totals"]

    assert (shown.context["totals"].net_sales, shown.context["totals"].refunded) == (net, refunded)
    assert net in shown.text
    assert (cancelled.net_sales, cancelled.refunded) == ("¥1,000", "")


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1+1", "\n=1+1", "-1+1"])
def test_download__name_that_looks_like_a_formula__stays_text(text: str, offer: Offer, cast: Cast) -> None:
    Offer.objects.filter(pk=offer.pk).update(name=text)
    order_through(offer, prices=(500,))

    answer = cast.analyst.get(reverse("results"), {"format": "csv"})

    (row,) = csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row["name"] == f"'{text}"


@in_both_languages
def test_page__events_that_are_not_counted__are_beside_the_results(language: str, offer: Offer) -> None:
    create_people()
    owner = sign_in("owner", language)
    event(offer, "impression", 0)
    event(offer, "accept", 0)
    for number in range(3):
        event(offer, "impression", number, "bot")
    event(offer, "accept", 1, "no_impression")
    event(offer, "decline", 0, "late", days_ago=29)
    event(offer, "decline", 1, "bot", days_ago=29)
    event(Offer(code="off"), "impression", 0, "repeat")

    page = owner.get(reverse("results"))
    events = reverse("admin:offers_event_changelist")
    of_bots = owner.get(events, {"counted": "bot", "occurred_at__gte": page.context["excluded_since"]})

    (row,) = page.context["rows"]
    assert (row.code, row.results.events) == ("tea", {"impression": 1, "accept": 1})
    excluded = [(one.reason.value, one.count) for one in page.context["excluded"]]
    assert excluded == [("bot", 3), ("no_impression", 1), ("repeat", 1)]
    words = {"en": ("Events that are not counted", "bot"), "ja": ("集計対象外のイベント", "ボット")}
    assert all(word in page.text for word in words[language])
    assert f"{events}?counted=bot&amp;occurred_at__gte=" in page.text
    assert of_bots.context["cl"].result_count == 3


def test_page__user_who_may_not_see_events__gets_no_link_to_them(offer: Offer, cast: Cast) -> None:
    event(offer, "impression", 0, "bot")
    analysts = Group.objects.get(name="Analyst")
    analysts.permissions.remove(Permission.objects.get(codename="view_event"))

    text = cast.analyst.get(reverse("results")).text

    assert "Events that are not counted" in text
    assert reverse("admin:offers_event_changelist") not in text


def test_page__every_event_counts__says_nothing_of_others(offer: Offer, cast: Cast) -> None:
    event(offer, "impression", 0)

    assert "not counted" not in cast.analyst.get(reverse("results")).text


def test_results__of_one_offer__ignore_what_is_not_counted(offer: Offer) -> None:
    for number, reason in enumerate(Exclusion.values):
        event(offer, "impression", number, reason)
        event(offer, "accept", number, reason)

    assert read_results(now() - SINCE) == {}
