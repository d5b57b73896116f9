"""The statistics page shows charts and the same figures as tables, in both languages."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.stats.quality import QuestionQuality, pack_quality
from offers.models import Customer
from tests.browser.conftest import Tab
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop
from tests.support.learned_facts import publish_customers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
# What Chart.js drew on a canvas: the values of its first series.
DRAWN = "canvas => Chart.getChart(canvas).data.datasets[0].data"


@pytest.fixture
def shop(transactional_db: None) -> None:
    del transactional_db
    create_people()
    build_shop(3)
    publish_customers([{"customer": customer} for customer in Customer.objects.all()])
    for days_ago, hit_rate in ((1, 0.25), (0, 0.31)):
        at = now() - timedelta(days=days_ago)
        row = QuestionQuality(
            question="cart_completion",
            method="co_purchase",
            constants={},
            basket_count=900,
            hit_rate=hit_rate,
            standard_error=0.01,
            baseline_hit_rate=0.04,
        )
        RecomputeRun.objects.create(
            trigger=RunTrigger.COMMAND,
            state=RunState.SUCCEEDED,
            requested_at=at,
            finished_at=at,
            quality=pack_quality([row]),
        )


@pytest.mark.usefixtures("shop")
def test_chart__of_quality__is_drawn_and_its_table_opens_by_keyboard(tab: Tab) -> None:
    tab.sign_in("analyst")
    tab.open("/admin/statistics/")

    chart = tab.page.locator("#quality figure")
    assert chart.locator("canvas").evaluate(DRAWN) == [25, 31]
    chart.locator("summary").press("Enter")

    expect(chart.locator("tbody tr")).to_have_count(2)
    expect(chart.locator("tbody tr").last.locator("td").first).to_have_text("31.0")


@pytest.mark.usefixtures("shop")
def test_statistics__opened_from_the_home_page__link_to_a_customer(tab: Tab) -> None:
    tab.sign_in("analyst")
    tab.open("/admin/")

    tab.page.locator("#nav-sidebar a[href='/admin/statistics/']").click()
    expect(tab.page.locator("#segments canvas")).to_be_visible()
    tab.open(f"/admin/offers/customer/{Customer.objects.order_by('pk')[0].pk}/change/")

    expect(tab.page.locator("#standing .awase-figure-main")).to_be_visible()
    expect(tab.page.locator("#orders tbody tr")).to_have_count(1)
