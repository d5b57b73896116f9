"""Searches for what works: what is counted from the journal, events and orders, and when."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localtime
from pytest_django import Settings

from analytics.models import PatternDimension, PatternFinding, PatternSearch
from analytics.services.patterns import search
from analytics.services.patterns.request import PERIOD, request_search
from analytics.services.patterns.search import (
    search_nightly,
    search_patterns,
    search_requested,
)
from analytics.services.totals.count import count_changed
from catalog.models import Category, Product
from checkout.services.refund import cancel_order
from offers.models import Event, EventType
from tests.analytics.services.totals.shop import DAY, NOON, buy, create_products, decide, happen, store
from tests.engine.journal.records import record, slot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def products(settings: Settings) -> None:
    settings.TIME_ZONE, settings.AWASE_TAX_DISPLAY = "Asia/Tokyo", "gross"
    create_products()


def tallies(dimension: PatternDimension) -> set[tuple[Any, ...]]:
    """Return offer, segments, units, accepted and bought of each tally."""
    found = search._tallies(dimension, (NOON - PERIOD).date())
    return {
        (each.offer, *sorted(each.segments), each.unit_count, *map(int, each.successes.values()))
        for each in found
    }


def test_tallies__of_a_shopper__count_once_for_each_offer_and_segment(tmp_path: Path) -> None:
    tea = Category.objects.create(name="Tea", path="Tea")
    Product.objects.filter(sku="butter").update(category=tea)
    for number in (1, 2, 3):
        decide(tmp_path, number, customer="aki", audiences=(4, 5), at=NOON + number * timedelta(hours=1))
        happen(number, "butter")
    happen(2, "butter", "accept")
    decide(tmp_path, 4, skus=("jam",), audiences=())
    happen(4, "jam")
    # Nobody saw this one.
    decide(tmp_path, 5, skus=("tea",))

    assert tallies(PatternDimension.PLACEMENT) == {
        ("with-butter", "cart", 1, 1, 0),
        ("with-jam", "cart", 1, 0, 0),
    }
    assert tallies(PatternDimension.AUDIENCE) == {("with-butter", "4", "5", 1, 1, 0), ("with-jam", 1, 0, 0)}
    assert tallies(PatternDimension.HOURS) == {
        ("with-butter", "12", 1, 1, 0),
        ("with-jam", "12", 1, 0, 0),
    }
    assert tallies(PatternDimension.CATEGORY) == {("with-butter", str(tea.pk), 1, 1, 0)}


def test_tallies__of_unknown_shoppers__count_each_decision(tmp_path: Path) -> None:
    for number in (1, 2):
        decide(tmp_path, number)
        happen(number, "butter")

    assert tallies(PatternDimension.PLACEMENT) == {("with-butter", "cart", 2, 0, 0)}
    assert tallies(PatternDimension.AUDIENCE) == set()


def test_tallies__of_purchases__are_declared_or_clicked_and_not_cancelled(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        decide(tmp_path, number, skus=("butter", "jam"))
        happen(number, "butter")
    happen(2, "butter", "click")
    happen(3, "jam")
    buy("declared", ("butter", 1), number=1)
    buy("clicked", ("butter", 2), placed_at=NOON + timedelta(hours=1))
    buy("cancelled", ("jam", 1), number=3)
    count_changed(at=NOON + timedelta(hours=2))
    cancel_order(order_id="cancelled", at=NOON + timedelta(hours=2), is_preview=False)

    assert tallies(PatternDimension.PLACEMENT) == {
        ("with-butter", "cart", 3, 0, 2),
        ("with-jam", "cart", 1, 0, 0),
    }


def test_hours__at_the_edge_of_a_day__are_those_of_the_shop(tmp_path: Path) -> None:
    # NOON is twelve o'clock in Tokyo.
    for number, hours in enumerate((-12, -1, 5, 6), 1):
        decide(tmp_path, number, at=NOON + timedelta(hours=hours))
        happen(number, "butter", at=NOON + timedelta(hours=hours))

    assert {(hour, units) for _offer, hour, units, *_rest in tallies(PatternDimension.HOURS)} == {
        ("0", 1),
        ("6", 1),
        ("12", 1),
        ("18", 1),
    }


def crowd(folder: Path, place: str, first: int, *, accepted: int, sku: str, count: int = 150) -> None:
    """Show an offer to so many unknown shoppers, of whom the first accept it."""
    numbers = range(first, first + count)
    shown = (slot(offer=f"with-{sku}", products=((sku, 1),), kind=sku),)
    store(
        folder,
        [record(number, at=int(NOON.timestamp() * 1000), shown=shown, placement=place) for number in numbers],
        NOON,
    )
    Event.objects.bulk_create(
        Event(
            event_id=f"{kind}-{number}",
            type=kind,
            decision=f"{number:024x}",
            offer_code=f"with-{sku}",
            position=1,
            occurred_at=NOON,
            received_at=NOON,
        )
        for number in numbers
        for kind in (EventType.IMPRESSION, EventType.ACCEPT)
        if kind == EventType.IMPRESSION or number < first + accepted
    )


def test_search__of_an_offer_that_does_better_in_one_place__finds_it(tmp_path: Path) -> None:
    crowd(tmp_path, "cart", 1000, accepted=90, sku="butter")
    crowd(tmp_path, "page", 2000, accepted=30, sku="butter")
    crowd(tmp_path, "cart", 3000, accepted=30, sku="jam")
    crowd(tmp_path, "page", 4000, accepted=30, sku="jam")
    PatternSearch.objects.create(requested_at=NOON - DAY, computed_at=NOON - DAY)

    found = search_patterns(at=NOON)

    assert (found.unit_count, found.question_count, found.look_count, found.survivor_count) == (600, 1, 1, 1)
    finding = PatternFinding.objects.get()
    assert (finding.search, finding.outcome, finding.dimension) == (found, "accepted", "placement")
    assert (finding.subject, finding.segment) == ("with-butter", "cart")
    assert finding.cells == [[90, 150], [30, 150], [30, 150], [30, 150]]
    # .6 - .2 - (.2 - .2), with the variances .6 × .4 / 150 and three times .2 × .8 / 150.
    assert (finding.effect, finding.low, finding.high) == pytest.approx((0.4, 0.2642, 0.5358), abs=1e-4)
    assert PatternSearch.objects.get() == found


def test_search__without_decisions__finds_nothing() -> None:
    assert search_patterns(at=NOON).question_count == 0
    assert not PatternFinding.objects.exists()


def test_search__requested__is_done_once() -> None:
    assert not search_requested(at=NOON)
    assert request_search(at=NOON)
    assert not request_search(at=NOON)

    assert search_requested(at=NOON)
    assert not search_requested(at=NOON)
    assert PatternSearch.objects.get().computed_at == NOON


def test_search__at_night__is_done_once_a_day() -> None:
    midnight = localtime(NOON).replace(hour=0)

    assert not search_nightly(at=midnight)
    assert search_nightly(at=midnight + timedelta(hours=3))
    assert not search_nightly(at=NOON)
    assert not search_nightly(at=midnight + timedelta(days=1))
    assert search_nightly(at=midnight + timedelta(days=1, hours=5))
