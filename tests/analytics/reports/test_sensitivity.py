"""What experiments will be able to see, worked out from decisions and orders."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from analytics.models import JournalContext, JournaledDecision, JournalShopper
from analytics.reports.sensitivity import read_traffic, sensitivity_of_experiment, sensitivity_of_holdout
from checkout.models import Order
from offers.models import HoldoutGroups
from offers.services.experiments.holdout import shop_groups
from tests.offers.services.experiments.lab import draft

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHOPPERS = 1000


@pytest.fixture
def traffic() -> None:
    """1,000 visitors within four weeks, of whom 500 came in the last one; 30 anonymous orders: 3 %."""
    context = JournalContext.objects.create(digest="d", placement="cart", channel="web", key=0)
    shoppers = JournalShopper.objects.bulk_create(
        JournalShopper(kind="visitor", name=f"v-{number}") for number in range(SHOPPERS)
    )
    JournaledDecision.objects.bulk_create(
        JournaledDecision(
            decision=f"{number}-{days}",
            page="",
            at=AT - timedelta(days=days),
            day=(AT - timedelta(days=days)).date(),
            context=context,
            shopper=shopper,
            product="",
            cart_count=0,
            shown_count=1,
        )
        for number, shopper in enumerate(shoppers)
        for days in ((0, 20) if number < SHOPPERS // 2 else (20,))
    )
    Order.objects.bulk_create(
        Order(order_id=f"o-{number}", placed_at=AT - timedelta(days=1), currency="JPY")
        for number in range(30)
    )


@pytest.mark.usefixtures("traffic")
def test_traffic__shoppers_who_come_back__count_once() -> None:
    traffic = read_traffic(AT)

    assert traffic.shoppers == {1: 500, 2: 500, 4: 1000}
    assert traffic.conversion == pytest.approx(0.03)
    assert read_traffic(AT, only_customers=True).shoppers[4] == 0


@pytest.mark.usefixtures("traffic")
def test_experiment__of_halves__needs_what_published_formulas_say() -> None:
    seen = sensitivity_of_experiment(draft(), at=AT)

    assert seen.conversion_text == "3%"
    # Two arms of 500 at 3 % and power .8, statsmodels' NormalIndPower with the pooled variance: +3.74 points.
    assert seen.rows[2] == "After 4 weeks, with 1,000 shoppers: 124.9% more or less."


@pytest.mark.usefixtures("traffic")
def test_experiment__with_less_coverage_or_more_arms__sees_less() -> None:
    halves = draft("halves")
    tenth = draft("tenth", coverage_bp=1000)
    thirds = draft("thirds", weights={"control": 3400, "a": 3300, "b": 3300})

    rows = [sensitivity_of_experiment(one, at=AT).rows[2] for one in (halves, tenth, thirds)]

    assert "with 100 shoppers" in rows[1]
    assert "with 670 shoppers" in rows[2]


@pytest.mark.usefixtures("traffic")
def test_holdout__says_what_it_sees_in_both_languages() -> None:
    english = sensitivity_of_holdout(shop_groups(), at=AT).rows[2]
    with translation.override("ja"):
        japanese = sensitivity_of_holdout(shop_groups(), at=AT).rows[2]

    assert english.startswith("After 4 weeks, with 1,000 shoppers: ")
    assert japanese.startswith("4週間後（お客様1,000人）：")
    assert HoldoutGroups.objects.count() == 1


def test_sensitivity__without_data__says_why() -> None:
    assert sensitivity_of_experiment(draft(), at=AT).reason.startswith("Nothing is known yet: no decision")
    assert sensitivity_of_holdout(shop_groups(), at=AT).rows == ()
