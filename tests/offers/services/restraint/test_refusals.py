"""What customers decline: known for a while, lifted by hand or by a purchase."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from engine.decision.allowed import allowed_customer
from engine.learned.facts import DUE
from engine.restraint import LedgerEntry, Policies, Policy, RestraintLedger
from engine.snapshot.writer import write_snapshot
from offers.models import Customer, CustomerFacts
from offers.services.customer import load_known_customer
from offers.services.customer_input import ConsentInput, CustomerInput
from offers.services.customer_update import update_customers
from offers.services.preferences.read import read_preferences
from offers.services.restraint.ledger import Person, add_entries
from offers.services.restraint.refusals import Refused, lift_bought, lift_refusals, list_refusals
from tests.offers.reported import AT
from tests.support.api_cast import shop_data
from tests.support.refusals import refuse, refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("snapshot_dir")]
DAY = timedelta(days=1)
NOW = int(AT.timestamp())
CROSS_SELLS = Policy("shown", 20, 7, "offer", 14, kind="cross_sell")


@pytest.fixture
def aki(db: None) -> Customer:
    del db
    return Customer.objects.create(external_id="aki")


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (29.99, True), (30, False), (400, False)])
def test_refusal__after_the_days_of_the_shop__is_over(
    aki: Customer, settings: Settings, days: float, *, is_known: bool
) -> None:
    settings.AWASE_DECLINE_DAYS = 30
    refuse(aki, offers=["cups"], products=["cup"], at=AT)

    known = refused_by("aki", AT + days * DAY)

    assert (bool(known.offers), bool(known.products)) == (is_known, is_known)


@pytest.mark.parametrize(
    ("skus", "placed_at", "left"),
    [
        (["cup"], AT + DAY, {"pot", "cup tea"}),
        (["cup", "tea"], AT + DAY, {"pot"}),
        (["cup"], AT - DAY, {"cup", "pot", "cup tea"}),
        (["jam"], AT + DAY, {"cup", "pot", "cup tea"}),
    ],
)
def test_lift_bought__products_bought_after_the_refusal__are_shown_again(
    aki: Customer, skus: list[str], placed_at: "object", left: set[str]
) -> None:
    entries = [
        LedgerEntry("declined", NOW, subject=offer, products=key)
        for offer, key in (("cups", "cup"), ("pots", "pot"), ("sets", "cup tea"))
    ]
    add_entries(person=Person(aki.pk), entries=entries)

    lift_bought(customer=aki.pk, products=dict.fromkeys(skus, 0), placed_at=placed_at)  # type: ignore[arg-type] # a moment

    assert refused_by("aki", AT + DAY) == Refused(frozenset({"cups", "pots", "sets"}), frozenset(left))


def test_lift_refusal__offer_or_products__leaves_the_other(aki: Customer) -> None:
    person = Person(aki.pk)
    add_entries(person=person, entries=[LedgerEntry("never", NOW, subject="cups", products="cup")])

    assert lift_refusals(person=person, subjects=[("offer", "cups")])
    assert refused_by("aki", AT) == Refused(frozenset(), frozenset({"cup"}))
    assert lift_refusals(person=person, subjects=[("product", "cup")])
    assert not lift_refusals(person=person, subjects=[("product", "cup")])
    assert not lift_refusals(person=Person(0), subjects=[("offer", "cups")])
    assert refused_by("aki", AT) == Refused()


def published(folder: Path, *policies: Policy) -> None:
    write_snapshot(data=shop_data(restraint=Policies(policies=policies)), directory=folder)


@pytest.mark.parametrize(("exceptions", "reasons"), [((), ["enough_shown"]), ((CROSS_SELLS,), [])])
def test_list_refusals__exceptions_for_kinds__hold_as_in_decisions(
    aki: Customer, snapshot_dir: Path, exceptions: tuple[Policy, ...], reasons: list[str]
) -> None:
    published(snapshot_dir, Policy("shown", 2, 7, "offer", 14), *exceptions)
    views = [LedgerEntry("shown", NOW - second, subject="goes-with-it") for second in range(3)]
    add_entries(person=Person(aki.pk), entries=views)

    assert [one.reason for one in list_refusals(person=Person(aki.pk), at=AT)] == reasons


def test_list_refusals__everything_paused_by_a_policy__says_so(aki: Customer, snapshot_dir: Path) -> None:
    published(snapshot_dir, Policy("dismissed", 1, 7, "everything", 3))
    ended = LedgerEntry("later", NOW - 9, "everything", until=NOW - 1)
    add_entries(person=Person(aki.pk), entries=[ended, LedgerEntry("dismissed", NOW, subject="cups")])

    (found,) = list_refusals(person=Person(aki.pk), at=AT)

    assert (found.scope, found.name, found.reason) == ("everything", "", "enough_dismissed")
    assert (found.until, found.is_answer) == (AT + 3 * DAY, False)


def test_list_refusals__without_personalisation__are_what_was_said(aki: Customer, snapshot_dir: Path) -> None:
    published(snapshot_dir, Policy("shown", 1, 7, "offer", 14))
    # A refusal on a single channel counts everywhere.
    consent = ConsentInput(purpose="personalisation", channel="line", granted=False, stated_at=AT)
    update_customers(items=[CustomerInput(id="aki", consents=(consent,))], at=AT)
    entries = [LedgerEntry("shown", NOW, subject="cups"), LedgerEntry("never", NOW, subject="pots")]
    add_entries(person=Person(aki.pk), entries=entries)

    assert [one.name for one in list_refusals(person=Person(aki.pk), at=AT)] == ["pots"]
    assert not read_preferences(customer="aki", at=AT).is_personalised
    known = load_known_customer(external_id="aki")
    assert [one.subject for one in RestraintLedger.read(known.ledger)] == ["pots"]
    assert allowed_customer(known).is_private


def test_owned__until_it_is_due__is_refused_no_longer_than_decisions_hold_it(
    aki: Customer, snapshot_dir: Path
) -> None:
    published(snapshot_dir)
    due = np.array([(2, NOW // 86_400 + 30, 3, 0.9, 20, 1)], DUE).tobytes()  # butter
    CustomerFacts.objects.create(
        customer=aki,
        segment="loyal",
        recency=3,
        frequency=3,
        monetary=3,
        first_order_date=AT.date(),
        last_order_date=AT.date(),
        order_count=3,
        spent_minor=0,
        average_order_minor=0,
        currency="JPY",
        due=due,
    )
    owned = LedgerEntry("declined", NOW, scope="product", products="butter", reason="have_it")
    add_entries(person=Person(aki.pk), entries=[owned])

    found = [bool(refused_by("aki", AT + days * DAY).products) for days in (0, 20, 30)]

    assert found == [True, True, False]


def test_list_refusals__says_why_since_when_and_until(aki: Customer) -> None:
    add_entries(
        person=Person(aki.pk),
        entries=[
            LedgerEntry("declined", NOW, subject="cups"),
            LedgerEntry("never", NOW - 60, "category", "7"),
            LedgerEntry("later", NOW - 90, subject="pots", until=NOW + 86_400),
        ],
    )

    found = list_refusals(person=Person(aki.pk), at=AT)

    assert [(one.scope, one.name, one.reason, one.said_at, one.until) for one in found] == [
        ("offer", "cups", "declined", AT, AT + 90 * DAY),
        ("category", "7", "never", AT - timedelta(seconds=60), None),
        ("offer", "pots", "later", AT - timedelta(seconds=90), AT + DAY),
    ]
