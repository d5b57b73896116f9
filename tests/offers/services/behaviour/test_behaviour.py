"""Behaviour in the database: exact, bounded, merged at login, forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from catalog.models import Category, Product
from engine.behaviour import Act, Behaviour, What
from engine.behaviour.seen import MOST_PER_DAY
from offers.models import BehaviourSender, Customer, PersonLedger
from offers.services.behaviour.event import BehaviourInput, record_behaviour
from offers.services.behaviour.retention import forget_behaviour
from offers.services.customer_merge import merge_customers, move_rows
from offers.services.event import EventsRecorded
from offers.services.exclusions import Arrival
from offers.services.restraint.ledger import Person, merge_ledgers
from offers.services.restraint.refusals import lift_bought
from offers.tasks import forget_behaviour as task
from tests.offers.market import stock_shop
from tests.offers.reported import AT, decided, report, sent
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
NOW = int(AT.timestamp())
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BROWSER: dict[str, Any] = {"user_agent": "Mozilla/5.0", "network": "192.0.2.0/24"}


def viewed(event_id: str, sku: str = "tea", **changes: Any) -> BehaviourInput:
    """Return a view of a product by the session s-1, unless the changes say otherwise."""
    return BehaviourInput(event_id, **{"type": "view", "sku": sku, "session": "s-1", **changes})


def tell(*events: BehaviourInput, at: datetime = AT, **arrival: Any) -> EventsRecorded:
    return record_behaviour(events=events, arrival=Arrival(at=at, **arrival))


def acts_of(customer: str = "", visitor: str = "s-1") -> dict[tuple[What, int | str], int]:
    """Return how often a person did what, by what it was done with."""
    whose = {"customer__external_id": customer} if customer else {"visitor": visitor}
    packed = PersonLedger.objects.filter(**whose).values_list("behaviour", flat=True).first()
    return {(What(act.what), act.subject): act.count for act in Behaviour.read(bytes(packed or b""))}


@pytest.fixture
def goods() -> dict[str, Product]:
    return stock_shop()


def test_behaviour__each_type__is_stored_in_one_row(goods: dict[str, Product]) -> None:
    category = Category.objects.create(name="Leaves", path="Leaves")

    recorded = tell(
        viewed("a"),
        viewed("b", "", category="Leaves"),
        viewed("c", "", type="search", text="green tea"),
        viewed("d", "mug", type="add_to_cart"),
    )

    assert recorded == EventsRecorded(4, 0, ())
    assert acts_of() == {
        (What.VIEWED_PRODUCT, goods["tea"].pk): 1,
        (What.VIEWED_CATEGORY, category.pk): 1,
        (What.SEARCHED, "green tea"): 1,
        (What.ADDED_PRODUCT, goods["mug"].pk): 1,
    }


def test_behaviour__sent_again__is_a_duplicate(goods: dict[str, Product]) -> None:
    tell(viewed("a"))

    again = tell(viewed("a"), viewed("b", "mug"), viewed("b", "mug"), at=AT + 3 * DAY)

    assert (again.accepted, again.duplicates) == (1, 2)
    assert acts_of() == {(What.VIEWED_PRODUCT, goods["mug"].pk): 1, (What.VIEWED_PRODUCT, goods["tea"].pk): 1}


def test_behaviour__unknown_product_and_category__are_rejected_and_do_not_affect_others(
    goods: dict[str, Product],
) -> None:
    recorded = tell(
        viewed("a", "nothing"),
        viewed("b", "", category="Nowhere"),
        viewed("c", occurred_at=AT + DAY),
        viewed("d"),
    )

    assert [(one.index, one.code) for one in recorded.rejected] == [
        (0, "unknown_sku"),
        (1, "unknown_category"),
        (2, "implausible_time"),
    ]
    assert acts_of() == {(What.VIEWED_PRODUCT, goods["tea"].pk): 1}


@pytest.mark.parametrize(
    ("event", "arrival"),
    [
        ({}, {"user_agent": "Googlebot/2.1"}),
        ({}, {"purpose": "prefetch;prerender"}),
        ({"occurred_at": AT - 8 * DAY}, {}),
    ],
)
@pytest.mark.usefixtures("goods")
def test_behaviour__of_bots_prefetches_and_late__is_accepted_and_changes_nothing(
    event: dict[str, Any], arrival: dict[str, Any]
) -> None:
    recorded = tell(viewed("a", **event), **arrival)

    assert recorded == EventsRecorded(1, 0, ())
    assert not PersonLedger.objects.exists()
    assert not BehaviourSender.objects.exists()


def test_behaviour__repeated_within_a_minute__counts_once(goods: dict[str, Product]) -> None:
    recorded = tell(viewed("a"), viewed("b"), viewed("c", occurred_at=AT - MINUTE))

    assert recorded.accepted == 3
    assert acts_of() == {(What.VIEWED_PRODUCT, goods["tea"].pk): 2}


def test_behaviour__burst_of_a_visitor_or_network__counts_up_to_the_limit(
    goods: dict[str, Product], settings: Settings
) -> None:
    settings.AWASE_EVENTS_PER_VISITOR, settings.AWASE_EVENTS_PER_ADDRESS = 3, 5
    tell(*(viewed(f"a{n}", occurred_at=AT - n * MINUTE) for n in range(4)), **BROWSER)
    tell(*(viewed(f"b{n}", occurred_at=AT - n * MINUTE, session="s-2") for n in range(3)), **BROWSER)
    tell(viewed("c", session="s-3"), at=AT + MINUTE, **BROWSER)

    tea = (What.VIEWED_PRODUCT, goods["tea"].pk)
    assert [acts_of(visitor=one) for one in ("s-1", "s-2", "s-3")] == [{tea: 3}, {tea: 1}, {tea: 1}]


@pytest.mark.usefixtures("goods")
def test_behaviour__network_that_invents_visitors__stores_no_more_than_its_limit(settings: Settings) -> None:
    settings.AWASE_EVENTS_PER_ADDRESS = 5

    floods = [
        tell(*(viewed(f"{k}-{n}", session=f"v-{k}-{n}") for n in range(20)), **BROWSER) for k in range(2)
    ]

    assert floods == [EventsRecorded(20, 0, ())] * 2
    assert PersonLedger.objects.count() == 5


@pytest.mark.usefixtures("goods")
def test_behaviour__flood__stores_no_more_than_a_day_holds_and_says_so() -> None:
    floods = [
        tell(*(viewed(f"{k}-{n}", occurred_at=AT - n * MINUTE) for n in range(300)), at=AT + k * MINUTE)
        for k in range(3)
    ]

    size = len(PersonLedger.objects.get().seen)
    again = tell(viewed("more", "mug"))

    assert sum(one.accepted for one in floods) == MOST_PER_DAY
    assert [len(one.rejected) for one in floods] == [0, 100, 300]
    assert {one.code for one in (*floods[1].rejected, *again.rejected)} == {"daily_limit"}
    assert len(PersonLedger.objects.get().seen) == size < 10_000
    assert tell(viewed("tomorrow", "mug"), at=AT + DAY).accepted == 1


def test_behaviour__number_of_queries__is_constant(goods: dict[str, Product]) -> None:
    Category.objects.create(name="Leaves", path="Leaves")
    counts = []
    for size in (1, 40):
        people = [f"c-{size}-{n}" for n in range(size)]
        events = [
            event
            for n, person in enumerate(people)
            for event in (
                viewed(f"{person}-a", customer=person),
                viewed(f"{person}-b", "", category="Leaves", session=f"v-{size}-{n}"),
            )
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert tell(*events, **BROWSER).accepted == 2 * size
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14
    assert goods


def test_visitor__who_logs_in__takes_the_behaviour_along(goods: dict[str, Product]) -> None:
    tell(viewed("a"), viewed("b", "mug", type="add_to_cart"))

    recorded = tell(viewed("a", customer="c-1"), viewed("c", customer="c-1"), at=AT + MINUTE)

    assert (recorded.accepted, recorded.duplicates) == (1, 1)
    assert acts_of("c-1") == {
        (What.VIEWED_PRODUCT, goods["tea"].pk): 2,
        (What.ADDED_PRODUCT, goods["mug"].pk): 1,
    }
    assert not PersonLedger.objects.filter(visitor="s-1").exists()


def test_visitor__who_logs_in_by_an_offer_event__takes_the_behaviour_along(goods: dict[str, Product]) -> None:
    tell(viewed("a"))

    report(sent("e", "impression", decided(), customer="c-1"))

    assert acts_of("c-1") == {(What.VIEWED_PRODUCT, goods["tea"].pk): 1}
    assert not PersonLedger.objects.filter(visitor="s-1").exists()


def test_merge__of_visitors_and_customers__loses_nothing_and_counts_once(goods: dict[str, Product]) -> None:
    tell(viewed("a"), viewed("b", customer="c-1", session=""), viewed("c", customer="c-2", session=""))
    into = Person(Customer.objects.get(external_id="c-1").pk)

    moved = [merge_ledgers(into=into, source=Person(visitor="s-1")) for _ in range(2)]
    for _ in range(2):
        merge_customers(survivor="c-1", other="c-2")
        move_rows(survivor=into.customer)

    assert moved == [True, False]
    assert acts_of("c-1") == {(What.VIEWED_PRODUCT, goods["tea"].pk): 3}
    assert tell(viewed("c", customer="c-2", session="")).duplicates == 1


@pytest.mark.django_db(transaction=True)
def test_behaviour__300_in_parallel__are_all_counted() -> None:
    tea = stock_shop()["tea"].pk
    threads = 2 if connection.vendor == "sqlite" else 10

    def send(number: int) -> int:
        each = 300 // threads
        return sum(
            tell(viewed(f"{number}-{n}", occurred_at=AT - (number * each + n) * MINUTE)).accepted
            for n in range(each)
        )

    assert sum(at_once(send, threads)) == 300
    assert acts_of() == {(What.VIEWED_PRODUCT, tea): 300}


def test_forget_behaviour__old_one__is_deleted_and_the_rest_stays(
    goods: dict[str, Product], settings: Settings
) -> None:
    settings.AWASE_BEHAVIOUR_DAYS = 30
    tell(viewed("a"), **BROWSER)
    tell(viewed("b", "mug"), at=AT + 20 * DAY)
    report(sent("never", "never", decided(), session="s-2"))
    tell(viewed("c", session="s-2"))

    counts = [forget_behaviour(at=AT + days * DAY) for days in (1, 29, 30, 31, 50)]

    assert counts == [0, 0, 2, 0, 1]
    assert [(row.visitor, bytes(row.behaviour), bytes(row.seen)) for row in PersonLedger.objects.all()] == [
        ("s-2", b"", b"")
    ]
    assert not BehaviourSender.objects.exists()
    assert (task(), len(goods)) == (0, 6)


def test_bought__product_that_was_looked_at__is_forgotten(goods: dict[str, Product]) -> None:
    tell(viewed("a", customer="c-1"), viewed("b", "mug", customer="c-1"))
    customer = Customer.objects.get(external_id="c-1").pk

    lift_bought(customer=customer, products={"tea": goods["tea"].pk}, placed_at=AT - DAY)
    before = acts_of("c-1")
    lift_bought(customer=customer, products={"tea": goods["tea"].pk}, placed_at=AT)

    assert len(before) == 2
    assert acts_of("c-1") == {(What.VIEWED_PRODUCT, goods["mug"].pk): 1}


def test_behaviour__with_a_ledger__each_keeps_its_own(goods: dict[str, Product]) -> None:
    report(sent("e", "decline", decided()))
    tell(viewed("a"))
    report(sent("f", "impression", decided()))

    (row,) = PersonLedger.objects.all()
    assert list(Behaviour.read(bytes(row.behaviour))) == [Act(What.VIEWED_PRODUCT, goods["tea"].pk, NOW)]
    assert row.forget_at is not None
