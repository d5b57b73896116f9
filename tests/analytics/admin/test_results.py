"""Results of offers: in the list of all offers, and on the results pages."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now
from pytest_django import Settings

from analytics.models import ALL_HOURS, DailyExclusion, DailyExposure, DailySales
from analytics.reports.results.recent import amounts_text, read_recent
from gateway.models import ApiKey
from offers.models import Audience, Offer, Placement
from tests.support.admin_cast import Cast, create_people, sign_in
from tests.support.admin_shop import build_shop
from tests.support.daily_totals import DAY, store_total
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def currency(settings: Settings) -> None:
    settings.AWASE_CURRENCY = "JPY"


@pytest.fixture
def offer() -> Offer:
    return Offer.objects.create(code="tea", name="Tea time", kind="cross_sell", currency="JPY")


@pytest.mark.usefixtures("offer")
def test_list__of_all_offers__shows_recent_sales(cast: Cast) -> None:
    Offer.objects.create(code="mug", name="Mug", kind="cross_sell", currency="JPY")
    store_total(credit="declared", orders=1, sales_minor=1000)
    store_total(credit="assisted", orders=1, sales_minor=700)
    store_total(uses=1, discount_minor=120)
    store_total(credit="declared", orders=1, sales_minor=5000, days_ago=28)

    text = cast.analyst.get(reverse("admin:offers_offer_changelist")).text

    assert "¥1,000 from 1 order" in text
    assert "1 use, −¥120" in text
    assert text.count("No results yet") == 1
    assert f"{reverse('results_offer', args=['tea'])}?period=28" in text


@pytest.mark.usefixtures("offer")
def test_recent__in_two_currencies__are_never_added_up() -> None:
    store_total(credit="declared", orders=1, sales_minor=1000)
    store_total(credit="clicked", orders=1, sales_minor=1000, currency="USD")

    results = read_recent(["tea"], days=7, at=now())["tea"]

    assert results.sold == {"JPY": 1000, "USD": 1000}
    assert results.sold_text == "¥1,000 + $10.00"
    assert amounts_text({}) == "–"


@pytest.mark.usefixtures("offer")
def test_page__funnel__keeps_direct_and_assisted_apart(cast: Cast) -> None:
    store_total(decided=300, shown=250, seen=200, clicked=40, accepted=20, declined=6)
    store_total(credit="declared", orders=5, units=6, sales_minor=6000, returned_minor=1000)
    store_total(credit="clicked", orders=3, units=3, sales_minor=3000, costed_units=3, margin_minor=900)
    store_total(credit="assisted", orders=2, units=2, sales_minor=700)
    store_total(audience=7, seen=100)

    answer = cast.analyst.get(reverse("results"), {"period": "7"})
    [row] = answer.context["rows"]
    texts = {str(one.title): cell for one, cell in zip(answer.context["headings"], row.cells, strict=True)}

    assert (row.title, row.hint) == ("Tea time", "live")
    assert [texts[name].text for name in ("Decided", "Shown", "Seen", "Clicked")] == [
        "300",
        "250",
        "200",
        "40",
    ]
    assert [texts[name].text for name in ("Orders", "Sales", "Refunded")] == ["8", "¥9,000", "¥1,000"]
    assert [texts[name].text for name in ("Margin", "Assisted orders")] == ["¥900", "2"]
    assert texts["Assisted sales"].text == "¥700"
    assert texts["Clicked"].text == "40"
    # Wilson's interval of 40 in 200, as in statsmodels' proportion_confint(40, 200, method="wilson").
    assert texts["Clicked"].rate == "20.0% (15.0–26.1)"


@pytest.mark.usefixtures("offer")
def test_page__with_few_views__says_that_there_is_not_enough_data(cast: Cast) -> None:
    store_total(shown=99, seen=99, clicked=50)

    answer = cast.analyst.get(reverse("results"))

    clicked = answer.context["rows"][0].cells[3]
    assert (clicked.text, clicked.rate, clicked.is_missing) == ("50", "", True)
    assert "Rates need 100 trials" in answer.text


@pytest.mark.usefixtures("offer")
def test_page__compares__with_the_period_before_and_a_year_ago(cast: Cast) -> None:
    store_total(seen=150)
    store_total(seen=100, days_ago=7)
    store_total(seen=99, days_ago=365)
    store_total(seen=1, days_ago=800)

    report = cast.analyst.get(reverse("results"), {"period": "7"}).context["report"]

    [before, year] = report.tiles[0].earlier
    assert (before.value, before.change) == ("100", "+50.0%")
    assert (year.value, year.change) == ("99", "")


@pytest.mark.usefixtures("offer")
def test_page__without_earlier_days__has_nothing_to_compare_with(cast: Cast) -> None:
    store_total(seen=150)

    report = cast.analyst.get(reverse("results")).context["report"]

    assert [(one.value, one.change) for one in report.tiles[0].earlier] == [("no data", "")] * 2


@pytest.mark.usefixtures("offer")
def test_page__in_one_currency__offers_the_other(cast: Cast) -> None:
    store_total(credit="declared", orders=1, sales_minor=1000)
    store_total(credit="declared", orders=1, sales_minor=2500, currency="USD")

    yen, dollars = (cast.analyst.get(reverse("results"), {"currency": one}) for one in ("", "USD"))

    assert (yen.context["rows"][0].cells[8].text, dollars.context["rows"][0].cells[8].text) == (
        "¥1,000",
        "$25.00",
    )
    assert [code for code, _link in yen.context["currencies"]] == ["JPY", "USD"]
    assert 'aria-label="Currency"' in yen.text


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "upsell"),
        ("channel", "app"),
        ("strategy", "ladder"),
        ("placement", "home"),
        ("audience", "7"),
    ],
)
def test_page__with_a_filter__has_only_its_rows(column: str, value: str, cast: Cast) -> None:
    store_total(seen=100)
    changed: dict[str, Any] = {column: value}
    store_total(seen=3, **changed)

    answer = cast.analyst.get(reverse("results"), {column: value})

    assert answer.context["report"].total.seen == 3
    assert [row.cells[2].text for row in answer.context["rows"]] == ["3"]


@pytest.mark.usefixtures("offer")
def test_page__grouped_by_audience__has_a_row_for_each(cast: Cast) -> None:
    vip = Audience.objects.create(code="vip", name_en="VIP", conditions={})
    store_total(seen=10)
    store_total(seen=4, audience=vip.pk)
    store_total(seen=2, audience=99)

    answer = cast.analyst.get(reverse("results"), {"by": "audience", "sort": "-seen"})

    assert answer.context["report"].total.seen == 10
    assert [(row.title, row.cells[2].text) for row in answer.context["rows"]] == [("VIP", "4"), ("99", "2")]
    assert "do not add up" in answer.text


@pytest.mark.usefixtures("offer")
def test_page__sorted__is_in_the_order_of_a_column_or_the_name(cast: Cast) -> None:
    Offer.objects.create(code="mug", name="A mug", kind="cross_sell", currency="JPY")
    store_total(seen=5, clicked=1)
    store_total("mug", seen=3, clicked=2)

    def order(sort: str) -> list[str]:
        return [row.key for row in cast.analyst.get(reverse("results"), {"sort": sort}).context["rows"]]

    assert order("-seen") == order("clicked") == ["tea", "mug"]
    assert order("seen") == order("-clicked") == order("title") == ["mug", "tea"]
    assert order("-title") == ["tea", "mug"]
    assert order("nonsense") == order("-sales")


def test_page__grouped_by_day__begins_with_the_newest(cast: Cast) -> None:
    for days_ago in range(12):
        store_total(seen=1, days_ago=days_ago)

    rows = cast.analyst.get(reverse("results"), {"by": "day"}).context["rows"]

    assert [row.key for row in rows] == [str(localdate() - days_ago * DAY) for days_ago in range(12)]


def test_page__with_many_rows__has_pages(cast: Cast) -> None:
    for number in range(51):
        store_total(f"o-{number:02}", seen=1)

    first, second = (cast.analyst.get(reverse("results"), {"page": page}) for page in (1, 2))

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert 'aria-label="Pages"' in first.text


def test_page__of_an_offer__shows_its_products(offer: Offer, cast: Cast) -> None:
    store_total(seen=4, product="jam")
    store_total("mug", seen=9, product="jam")

    answer = cast.analyst.get(reverse("results_offer", args=["tea"]), {"by": "product"})

    assert [(row.title, row.cells[2].text) for row in answer.context["rows"]] == [("jam", "4")]
    assert answer.context["report"].total.seen == 4
    assert reverse("admin:offers_offer_change", args=[offer.pk]) in answer.text


@pytest.mark.usefixtures("offer")
def test_page__of_a_placement_or_an_audience__has_its_offers(cast: Cast) -> None:
    Placement.objects.create(code="home", name="Home page")
    vip = Audience.objects.create(code="vip", name_en="VIP", conditions={})
    store_total(seen=4, placement="home")
    store_total(seen=3, audience=vip.pk)

    home = cast.analyst.get(reverse("results_placement", args=["home"]))
    of_vip = cast.analyst.get(reverse("results_audience", args=[vip.pk]))

    assert [one.context["report"].total.seen for one in (home, of_vip)] == [4, 3]
    assert [one.context["rows"][0].key for one in (home, of_vip)] == ["tea", "tea"]
    assert "Results of “Home page”" in home.text
    assert "Results of “VIP”" in of_vip.text


def test_page__of_something_deleted__lives_as_long_as_its_results(cast: Cast) -> None:
    store_total("gone", seen=4)

    assert cast.analyst.get(reverse("results_offer", args=["gone"])).context["report"].total.seen == 4
    assert "deleted" in cast.analyst.get(reverse("results")).text
    for name, key in (("offer", "never"), ("placement", "a\0"), ("audience", 2**64), ("audience", 5)):
        assert cast.analyst.get(reverse(f"results_{name}", args=[key])).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "0"},
        {"period": "9999-99"},
        {"period": "٧"},
        {"period": "dates", "from": "x", "to": ""},
        {"currency": "XAU"},
        {"kind": "\0"},
        {"audience": "9" * 30},
        {"by": "product"},
        {"page": "-1"},
        {"format": "exe"},
    ],
)
def test_page__asked_for_nonsense__shows_the_default(asked: dict[str, str], cast: Cast) -> None:
    answer = cast.analyst.get(reverse("results"), asked)

    assert answer.context["period"].code == "28"
    assert (answer.context["asked"].currency, answer.context["asked"].group) == ("JPY", "offer")
    assert "There are no results for these days and filters." in answer.text


@in_both_languages
def test_pages__with_ten_times_the_offers__take_no_more_queries(language: str) -> None:
    create_people()
    owner = sign_in("owner", language)
    pages = [reverse("results"), reverse("results_placement", args=["cart"]), reverse("admin:index")]
    counts = []
    for rows in (3, 30):
        with transaction.atomic():
            build_shop(rows)
            for number in range(rows):
                store_total(f"o-{number}", seen=1)
            for page in pages:
                owner.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert [owner.get(page).status_code for page in pages] == [200] * 3
            raw = [one["sql"] for one in queries if "offers_event" in one["sql"] or "orderline" in one["sql"]]
            transaction.set_rollback(True)
        counts.append(len(queries))
        assert not raw

    assert counts[0] == counts[1]


@pytest.mark.usefixtures("offer")
def test_page__each_user__needs_the_permission_to_see_orders(cast: Cast) -> None:
    store_total(seen=1)

    def status(client: Client) -> set[int]:
        pages = [reverse("results"), reverse("results_offer", args=["tea"])]
        return {client.get(page).status_code for page in pages}

    assert status(cast.analyst) == status(cast.merchandiser) == {200}
    assert status(cast.outsider) == {403}
    assert status(cast.stranger) == {302}


@pytest.mark.usefixtures("offer")
def test_page__net_sales_of_the_shop__are_minus_refunds(cast: Cast) -> None:
    store_total(credit="declared", orders=1, sales_minor=1000)
    for currency, sales in (("JPY", 4000), ("USD", 9)):
        DailySales.objects.create(
            day=localdate(), part=99, currency=currency, orders=2, sales_minor=sales, refunded_minor=110
        )

    shop = cast.analyst.get(reverse("results")).context["shop"]

    assert (shop.net, shop.refunded, shop.share) == ("¥3,890", "¥110", "25.0%")


def exposure(key: int, *, shown: int, reported: int, placement: str = "cart") -> None:
    DailyExposure.objects.create(
        day=localdate(), part=3, key=key, placement=placement, shown=shown, reported=reported
    )


@in_both_languages
def test_health__of_reported_views__marks_what_is_below_half_beyond_doubt(language: str) -> None:
    create_people()
    owner = sign_in("owner", language)
    key = ApiKey.objects.create(name="Shop", kind="secret", digest="d")
    Placement.objects.create(code="cart", name="Cart page")
    exposure(key.pk, shown=1000, reported=300)
    exposure(0, shown=1000, reported=480)
    exposure(77, shown=99, reported=0)

    page, first = owner.get(reverse("results")), owner.get(reverse("admin:index"))

    found = [(one.placement, one.lost, one.is_bad) for one in page.context["views"]]
    assert found == [("Cart page", 700, True), ("Cart page", 520, False), ("Cart page", 99, False)]
    assert page.context["views"][0].key == "Shop"
    assert [one.shown for one in first.context["dashboard"].bad_views] == [1000]
    words = {"en": "Views that are not reported", "ja": "報告されていない表示"}
    assert words[language] in first.text


def test_page__events_that_are_not_counted__are_below_the_results(cast: Cast) -> None:
    for reason, days_ago, count in (("bot", 0, 3), ("repeat", 1, 1), ("bot", 2, 2), ("late", 30, 9)):
        DailyExclusion.objects.create(
            day=localdate() - days_ago * DAY, part=ALL_HOURS, reason=reason, events=count
        )
    link = f"{reverse('admin:offers_event_changelist')}?counted=bot&amp;occurred_at__gte="

    page = cast.analyst.get(reverse("results"))
    Group.objects.get(name="Analyst").permissions.remove(Permission.objects.get(codename="view_event"))

    assert [(one.reason.value, one.count) for one in page.context["excluded"]] == [("bot", 5), ("repeat", 1)]
    assert link in page.text
    assert link not in cast.analyst.get(reverse("results")).text
