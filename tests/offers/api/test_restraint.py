"""Restraint as storefronts meet it: what shoppers answer holds on every channel and device."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from engine.restraint import (
    Consent,
    Hold,
    LedgerEntry,
    Policies,
    Policy,
    RestraintLedger,
    ShownCap,
    restrain,
)
from engine.snapshot.writer import write_snapshot
from offers.models import Customer, PersonLedger
from offers.services.restraint.ledger import Person, add_entries
from tests.support.api_cast import Caller, Cast, body_of, shop_data

OFFERS, EVENTS = "/api/v1/offers", "/api/v1/events"
CART = {"placement": "cart", "cart": [{"sku": "bread"}]}
RULES = Policies(policies=(Policy("dismissed", 2, 30, "offer", 30),))

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def restrained(shop: str, snapshot_dir: Path) -> None:
    """Publish the small shop with a policy."""
    del shop
    write_snapshot(data=shop_data(restraint=RULES), directory=snapshot_dir)


def offered(who: Caller, **fields: Any) -> list[str]:
    return [one["offer"] for one in body_of(who.post(OFFERS, CART | fields))["offers"]]


def tell(who: Caller, kind: str, *, asked: dict[str, Any] | None = None, **fields: Any) -> list[Any]:
    """Ask for offers and report something about the first; return what is rejected."""
    decision = body_of(who.post(OFFERS, CART | (asked or {})))
    person = {key: value for key, value in (asked or {}).items() if key != "channel"}
    event = {
        "event_id": str(uuid4()),
        "type": kind,
        "decision_id": decision["decision_id"],
        "offer": decision["offers"][0]["offer"],
        "position": 1,
    }
    answer = body_of(who.post(EVENTS, {"events": [event | person | fields]}))
    rejected: list[Any] = answer["rejected"]
    return rejected


def reason_of(who: Caller, **fields: Any) -> str | None:
    (trace,) = body_of(who.post(OFFERS, CART | {"explain": True} | fields))["trace"]
    failed: str | None = trace["failed"]
    return failed


@pytest.mark.usefixtures("restrained")
def test_dismissed__twice_on_the_phone__holds_on_the_web_after_login(cast: Cast) -> None:
    phone = {"session": "phone", "channel": "app"}
    for _ in range(2):
        assert tell(cast.server, "dismiss", asked=phone) == []
    elsewhere = offered(cast.server, session="laptop")
    before = offered(cast.server, customer="c-1")

    # The shopper logs in on the phone: the next event names both.
    assert tell(cast.server, "impression", asked={"customer": "c-1"}, session="phone") == []

    assert elsewhere
    assert before
    assert reason_of(cast.server, customer="c-1") == "enough_dismissed"
    assert offered(cast.server, customer="c-1") == []


def test_never__of_a_known_customer__survives_erased_cookies(cast: Cast) -> None:
    tell(cast.server, "never", asked={"session": "old", "customer": "c-1"})

    assert reason_of(cast.server, customer="c-1", session="new") == "never"
    assert offered(cast.server, session="new")


def test_complaint__about_emails__leaves_the_shop(cast: Cast) -> None:
    tell(cast.server, "complaint", asked={"customer": "c-1", "channel": "email"})

    assert reason_of(cast.server, customer="c-1", channel="email") == "complaint"
    assert reason_of(cast.server, customer="c-1", channel="web") is None


def test_later__holds_and_says_so(cast: Cast) -> None:
    assert tell(cast.server, "later", asked={"session": "s-1"}, until="next_visit") == []

    assert reason_of(cast.server, session="s-1") == "later"


def test_later__that_is_over__raises_the_offer_in_the_trace(cast: Cast) -> None:
    customer = Customer.objects.create(external_id="c-1")
    moment = int(now().timestamp())
    entry = LedgerEntry("later", moment - 9, subject="goes-with-it", until=moment - 1)
    add_entries(person=Person(customer.pk), entries=[entry])

    (trace,) = body_of(cast.server.post(OFFERS, CART | {"explain": True, "customer": "c-1"}))["trace"]

    assert trace["candidates"][0]["detail"]["lever"] == 1.5


@pytest.mark.parametrize("reason", ["price", "fit", "timing", "have_it", "never", "comparison", "other"])
def test_reason__of_a_decline__is_accepted_and_holds(cast: Cast, reason: str) -> None:
    assert tell(cast.server, "decline", asked={"customer": "c-1"}, reason=reason) == []

    (trace,) = body_of(cast.server.post(OFFERS, CART | {"explain": True, "customer": "c-1"}))["trace"]
    removed = trace["failed"] or trace["candidates"][0]["removed_by"]
    assert removed == {"timing": "later", "never": "never", "have_it": "owned"}.get(reason, "declined")


REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a reason of a click": ("click", {"reason": "price"}, "not_with_type", "reason"),
    "an unknown reason": ("decline", {"reason": "colour"}, "unknown_choice", "reason"),
    "a time of a decline": ("decline", {"until": "day"}, "not_with_type", "until"),
    "a time in the past": ("later", {"until": "2020-01-01"}, "implausible_until", "until"),
    "a time in ten years": ("later", {"until": "2036-01-01T00:00:00Z"}, "implausible_until", "until"),
    "no time at all": ("later", {"until": "whenever"}, "invalid_until", "until"),
    "an empty time": ("later", {"until": ""}, "bad_length", "until"),
    "a number": ("later", {"until": 7}, "wrong_type", "until"),
}


@pytest.mark.parametrize(("kind", "fields", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_event__that_makes_no_sense__is_rejected_with_the_field(
    cast: Cast, kind: str, fields: dict[str, Any], code: str, field: str
) -> None:
    (rejected,) = tell(cast.server, kind, asked={"session": "s-1"}, **fields)

    assert rejected["code"] == code
    assert rejected["detail"].startswith(f"{field}: ")


def test_channel__unknown__is_a_problem_that_names_it(cast: Cast) -> None:
    answer = body_of(cast.server.post(OFFERS, CART | {"channel": "pigeon"}))

    assert (answer["status"], answer["errors"][0]["pointer"]) == (400, "/channel")


def test_time_zone__unknown__is_a_problem_that_names_it(cast: Cast) -> None:
    for zone in ("Europe/Tokyo", "../etc/passwd", "", "asia/tokyo"):
        answer = body_of(cast.server.post(OFFERS, CART | {"time_zone": zone}))
        assert (answer["status"], answer["errors"][0]["pointer"]) == (400, "/time_zone")

    assert body_of(cast.server.post(OFFERS, CART | {"time_zone": "Asia/Tokyo"}))["offers"]


def test_cap__is_overshot_by_no_answer(cast: Cast, snapshot_dir: Path) -> None:
    """A cap of one leaves one slot of a page with several, and then none."""
    rules = Policies(caps=(ShownCap(1, 1),))
    write_snapshot(data=shop_data(restraint=rules), directory=snapshot_dir)
    page = {"placements": ["cart", "product_page"], "cart": [{"sku": "bread"}], "session": "s-1"}

    first = body_of(cast.server.post(OFFERS, page))["placements"]
    tell(cast.server, "impression", asked={"session": "s-1"})
    second = body_of(cast.server.post(OFFERS, page))["placements"]

    assert sum(len(one["offers"]) for one in first) == 1
    assert sum(len(one["offers"]) for one in second) == 0
    assert reason_of(cast.server, session="s-1") == "cap_reached"


@pytest.mark.parametrize("person", [{"session": "s-1"}, {"customer": "c-1"}])
@pytest.mark.usefixtures("restrained")
def test_decision__with_a_full_ledger__takes_one_query(
    cast: Cast, person: dict[str, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = Person(Customer.objects.create(external_id="c-1").pk)
    whose = known if "customer" in person else Person(visitor="s-1")
    moment = int(now().timestamp())
    entries = [LedgerEntry("shown", moment - n, subject="goes-with-it") for n in range(200)]
    offered(cast.server, **person)

    for added in ([], entries):
        add_entries(person=whose, entries=added)
        with django_assert_num_queries(1):
            offered(cast.server, **person)


def test_views__five_without_a_click__pause_the_offer_for_seven_days(cast: Cast, snapshot_dir: Path) -> None:
    seven = Policy("shown", 5, 7, "offer", 7, without_click=True)
    write_snapshot(data=shop_data(restraint=Policies(policies=(seven,))), directory=snapshot_dir)
    told = [tell(cast.server, "impression", asked={"customer": "c-1", "session": f"s-{n}"}) for n in range(4)]
    before = reason_of(cast.server, customer="c-1")

    told.append(tell(cast.server, "impression", asked={"customer": "c-1", "channel": "app"}))

    assert told == [[]] * 5
    assert (before, reason_of(cast.server, customer="c-1")) == (None, "enough_shown")
    ledger = PersonLedger.objects.get(customer__external_id="c-1")
    read, consent = RestraintLedger.read(bytes(ledger.entries)), Consent()
    rulings = restrain(read, Policies(policies=(seven,)), consent, now=read.at[-1] + 1, channel="web").offers
    (held,) = rulings.values()
    assert isinstance(held, Hold)
    assert held.until == read.at[-1] + 7 * 86_400
