"""Clicks and refusals: the figures, their page in both languages, and who may see it."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from analytics.admin.refusals_page import ROWS
from analytics.models import HeldBackCount, HeldBackScope
from analytics.reports.refusals import GROUPS, read_held_back, read_refusals
from analytics.services.held_back import MOST_PRODUCTS
from analytics.tasks import count_held_back
from catalog.models import Category
from engine.restraint import LedgerEntry, Policies, ShownCap
from engine.snapshot.writer import write_snapshot
from offers.models import ConsentStatement, Customer, Event, EventType
from offers.services.restraint.ledger import Person, add_entries
from tests.support.admin_cast import create_people, sign_in
from tests.support.api_cast import shop_data
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
SINCE = timedelta(days=28)


def happened(offer: str, kind: str, count: int, **values: object) -> None:
    """Report events of an offer, in the placement `cart` of the web shop."""
    first = Event.objects.count()
    Event.objects.bulk_create(
        Event(
            event_id=f"e-{first + number}",
            type=kind,
            decision=f"d-{first + number}",
            offer_code=offer,
            position=1,
            occurred_at=now(),
            received_at=now(),
            **{"placement": "cart", "channel": "web"} | values,
        )
        for number in range(count)
    )


def test_rates__of_each_offer__are_per_thousand_views_with_an_interval() -> None:
    happened("tea", "impression", 200)
    happened("tea", "click", 20)
    for kind, count in (("dismiss", 4), ("decline", 3), ("never", 2), ("complaint", 1), ("later", 9)):
        happened("tea", kind, count)
    happened("tea", "decline", 5, exclusion="bot")
    happened("new", "impression", 99)
    happened("new", "decline", 99)

    worst, unsure = read_refusals(now() - SINCE, "offer")

    # 10 of 200, and 20 of 200, by Wilson's interval.
    assert (worst.code, worst.refused) == ("tea", 10)
    assert worst.annoyance_rate == "50.0 (27.4–89.6)"
    assert worst.click_rate == "100.0 (65.7–149.4)"
    assert (unsure.code, unsure.annoyance_rate, unsure.declined) == ("new", "", 99)


def test_groups__channel_and_placement__count_the_same_events() -> None:
    happened("tea", "impression", 150)
    happened("tea", "decline", 3, channel="line", placement="mail")
    aki = Customer.objects.create(external_id="aki")
    for channel, is_granted in (("line", False), ("web", True), ("all", False)):
        ConsentStatement.objects.create(
            customer=aki, purpose="marketing", channel=channel, is_granted=is_granted, stated_at=now()
        )

    by_channel = {row.code: row for row in read_refusals(now() - SINCE, "channel")}
    by_placement = {row.code: row for row in read_refusals(now() - SINCE, "placement")}

    assert (by_channel["web"].shown, by_channel["web"].refused) == (150, 0)
    assert (by_channel["line"].declined, by_channel["line"].opted_out) == (3, 1)
    assert (by_placement["cart"].shown, by_placement["mail"].declined) == (150, 3)


def test_held_back__is_counted_by_person_offer_and_reason() -> None:
    at = int(now().timestamp())
    for name, entries in {
        "a": [LedgerEntry("declined", at, subject="tea")],
        "b": [LedgerEntry("declined", at, subject="tea"), LedgerEntry("never", at, subject="cake")],
        "c": [LedgerEntry("later", at, scope="everything", until=at + 9999)],
        "d": [LedgerEntry("never", at, scope="kind", subject="upgrade")],
        "e": [LedgerEntry("shown", at, subject="tea")],
        "f": [LedgerEntry("never", at, scope="category", subject="7")],
        "g": [LedgerEntry("declined", at, scope="product", products="cup", reason="fit")],
        "h": [
            LedgerEntry("declined", at, scope="product", products="cup"),
            LedgerEntry("never", at, scope="product", products="cup tea"),
        ],
    }.items():
        customer = Customer.objects.create(external_id=name)
        add_entries(person=Person(customer.pk), entries=entries)

    assert count_held_back() == count_held_back() == 8

    found = HeldBackCount.objects.values_list("scope", "name", "reason", "person_count")
    assert set(found) == {
        (HeldBackScope.NOBODY, "", "", 8),
        (HeldBackScope.OFFER, "tea", "declined", 2),
        (HeldBackScope.OFFER, "cake", "never", 1),
        (HeldBackScope.EVERYTHING, "", "paused", 1),
        (HeldBackScope.KIND, "upgrade", "never", 1),
        (HeldBackScope.CATEGORY, "7", "never", 1),
        (HeldBackScope.PRODUCT, "cup", "declined", 2),
    }


def test_held_back__without_personalisation__is_only_what_was_refused(snapshot_dir: Path) -> None:
    write_snapshot(data=shop_data(restraint=Policies(caps=(ShownCap(1, 1),))), directory=snapshot_dir)
    at = int(now().timestamp())
    for name, is_personalised in (("a", True), ("b", False)):
        customer = Customer.objects.create(external_id=name, is_personalised=is_personalised)
        entries = [LedgerEntry("shown", at, subject="tea"), LedgerEntry("never", at, subject="tea")]
        add_entries(person=Person(customer.pk), entries=entries)

    count_held_back()

    found = set(HeldBackCount.objects.values_list("scope", "reason", "person_count"))
    assert found == {("nobody", "", 2), ("everything", "cap_reached", 1), ("offer", "never", 1)}


def test_held_back__many_products__keeps_those_of_most_people() -> None:
    at = int(now().timestamp())
    skus = [f"s-{number}" for number in range(260)]
    for visitor in ("a", "b", "c"):
        rows = [f"{visitor}-{number}" for number in range(100)]
        entries = [LedgerEntry("never", at, scope="product", products=sku) for sku in (*skus, *rows)]
        add_entries(person=Person(visitor=visitor), entries=entries)

    count_held_back()

    found = HeldBackCount.objects.filter(scope=HeldBackScope.PRODUCT)
    assert (found.count(), found.filter(person_count=3).count()) == (MOST_PRODUCTS, 260)


def test_held_back__what_was_deleted__keeps_its_code() -> None:
    at, scope = now(), HeldBackScope
    kept = Category.objects.create(name="Tea", path="Tea")
    for name, of in (
        ("gone", scope.OFFER),
        ("-1", scope.CATEGORY),
        (str(kept.pk), scope.CATEGORY),
        ("sku-9", scope.PRODUCT),
        ("no-kind", scope.KIND),
    ):
        HeldBackCount.objects.create(scope=of, name=name, reason="never", person_count=1, counted_at=at)

    found = {(str(row.scope), row.what) for row in read_held_back({}).rows}

    assert {what for _scope, what in found} == {"gone", "-1", "Tea", "sku-9", "no-kind"}


def test_rates__of_random_events__are_those_counted_one_by_one() -> None:
    chance = Random(7)  # noqa: S311 (no secret: the same events each time)
    columns = {
        "offer_code": ("tea", "cake", ""),
        "placement": ("cart", "home", ""),
        "channel": ("web", "line"),
    }
    rows = [
        {name: chance.choice(values) for name, values in columns.items()}
        | {"type": chance.choice(EventType.values), "exclusion": chance.choice(("", "", "bot", "repeat"))}
        for _number in range(1500)
    ]
    Event.objects.bulk_create(
        Event(
            event_id=f"r-{number}",
            decision=f"r-{number}",
            position=1,
            occurred_at=now(),
            received_at=now(),
            **row,
        )
        for number, row in enumerate(rows)
    )
    refusals = ("dismiss", "decline", "never", "complaint")

    for group, column in GROUPS.items():
        counted = [(row[column], row["type"]) for row in rows if not row["exclusion"]]
        by_hand = {
            code: tuple(
                sum(one == code and kind in kinds for one, kind in counted)
                for kinds in (("impression",), ("click",), refusals)
            )
            for code in columns[column]
        }
        found = {
            row.code: (row.shown, row.clicked, row.refused) for row in read_refusals(now() - SINCE, group)
        }
        assert found == by_hand


@in_both_languages
def test_page__empty_and_full__answers_with_few_queries(
    language: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    create_people()
    owner = sign_in("owner", language)
    empty = owner.get(reverse("refusals"))
    for number in range(ROWS + 5):
        happened(f"offer-{number:02}", "impression", 2)
    happened("offer-00", "dismiss", 1)
    add_entries(
        person=Person(visitor="v"), entries=[LedgerEntry("never", int(now().timestamp()), subject="offer-00")]
    )
    count_held_back()

    with django_assert_max_num_queries(12):
        full = owner.get(reverse("refusals"), {"days": "7"})

    assert (empty.status_code, empty.text.count("<td")) == (200, 0)
    assert (len(full.context["rows"]), len(full.context["held_rows"])) == (ROWS, 1)
    assert f'lang="{language}"' in full.text
    assert len(owner.get(reverse("refusals"), {"page": "2"}).context["rows"]) == 5
    for query in ({"by": "channel"}, {"by": "placement"}, {"by": "x", "days": "x", "page": "x"}):
        assert owner.get(reverse("refusals"), query).status_code == 200


def test_page__of_somebody_without_permission__is_refused() -> None:
    create_people()

    assert sign_in("outsider").get(reverse("refusals")).status_code == 403
    assert Client().get(reverse("refusals")).status_code == 302
