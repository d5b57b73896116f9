"""POST /api/v1/events: what shoppers did, recorded once."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries, Settings

from offers.models import Customer, Event, PersonLedger
from offers.services.event import EventInput, record_events
from offers.services.exclusions import Arrival
from offers.services.restraint.refusals import Refused
from offers.services.tokens import issue_decision_token
from tests.offers.services.test_tokens import PROPOSAL
from tests.support.api_cast import Cast, body_of, problem_of
from tests.support.refusals import refused_by
from tests.support.together import at_once

URL = "/api/v1/events"
OFFER = PROPOSAL.offer


def decision(at: datetime | None = None) -> str:
    """Return a signed decision that showed morning-set at position 1."""
    decided_at = int((at or now()).timestamp())
    return issue_decision_token(proposals=[PROPOSAL], placement="cart", decided_at=decided_at)


def event(decision_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "type": "impression",
        "decision_id": decision_id,
        "offer": OFFER,
        "position": 1,
        **changes,
    }


def test_events__batch__is_recorded(cast: Cast) -> None:
    occurred_at = now() - timedelta(seconds=3)
    sent = event(
        decision(now() - timedelta(minutes=1)),
        type="click",
        customer="c-1",
        session="s-1",
        occurred_at=occurred_at.isoformat(),
    )

    response = cast.server.post(URL, {"events": [sent]})

    assert response.status_code == 202
    assert body_of(response) == {"accepted": 1, "duplicates": 0, "rejected": []}
    stored = Event.objects.select_related("customer", "key").get()
    assert (stored.event_id, stored.type, stored.offer_code) == (sent["event_id"], "click", OFFER)
    assert (stored.position, stored.session, stored.occurred_at) == (1, "s-1", occurred_at)
    assert stored.customer is not None
    assert (stored.customer.external_id, stored.key) == ("c-1", cast.server.row)
    assert len(stored.decision) == 24


def test_events__sent_again__are_duplicates(cast: Cast) -> None:
    batch = {"events": [event(decision()), event(decision())]}
    cast.page.post(URL, batch)

    again = cast.server.post(URL, {"events": [*batch["events"], batch["events"][0], event(decision())]})

    assert body_of(again) == {"accepted": 1, "duplicates": 3, "rejected": []}
    assert Event.objects.count() == 3


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "type": ({"type": "hover"}, "unknown_choice"),
    "unknown field": ({"colour": "red"}, "unknown_field"),
    "no offer": ({"offer": None}, "wrong_type"),
    "other offer": ({"offer": "evening-set"}, "not_in_decision"),
    "other position": ({"position": 2}, "not_in_decision"),
    "position 0": ({"position": 0}, "out_of_range"),
    "position float": ({"position": 1.0}, "not_an_integer"),
    "position huge": ({"position": 2**53 - 1}, "out_of_range"),
    "no time zone": ({"occurred_at": "2026-11-21T10:00:00"}, "bad_format"),
    "in the year 1": ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "implausible_time"),
    "in the year 9999": ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "implausible_time"),
    "before the decision": ({"occurred_at": "2020-01-01T00:00:00Z"}, "implausible_time"),
    "full-width date": ({"occurred_at": "２026-11-21T10:00:00Z"}, "bad_format"),
    "event id long": ({"event_id": "x" * 65}, "bad_format"),
    "event id empty": ({"event_id": ""}, "bad_format"),
    "customer long": ({"customer": "x" * 129}, "bad_format"),
    "forged": ({"decision_id": "AAAA"}, "decision_invalid"),
    "no text": ({"decision_id": ["x"]}, "wrong_type"),
}


@pytest.mark.parametrize(("change", "code"), WRONG.values(), ids=WRONG)
def test_events__one_wrong__does_not_lose_the_others(cast: Cast, change: dict[str, Any], code: str) -> None:
    batch = [event(decision()), event(decision()) | change, event(decision())]

    response = cast.page.post(URL, {"events": batch})

    answer = body_of(response)
    assert (response.status_code, answer["accepted"], answer["duplicates"]) == (202, 2, 0)
    ((index, answered),) = [(one["index"], one["code"]) for one in answer["rejected"]]
    assert (index, answered) == (1, code)
    assert Event.objects.count() == 2


def test_events__old_decision__is_expired(cast: Cast) -> None:
    old = decision(now() - timedelta(days=30, seconds=5))

    (rejected,) = body_of(cast.page.post(URL, {"events": [event(old)]}))["rejected"]

    assert rejected["code"] == "decision_expired"


@pytest.mark.parametrize("count", [0, 501])
def test_events__none_or_too_many__is_400(cast: Cast, count: int) -> None:
    response = cast.page.post(URL, {"events": [event("x")] * count})

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/events", "bad_length")


def test_events__refusal__is_remembered_with_the_customer(cast: Cast) -> None:
    refused_at = datetime.now(UTC).replace(microsecond=0)
    sent = event(decision(), type="decline", customer="c-1", occurred_at=refused_at.isoformat())
    cast.server.post(URL, {"events": [sent, event(decision(), type="click", customer="c-2")]})

    assert refused_by("c-1", refused_at) == Refused(frozenset({OFFER}), frozenset({"981760 珈琲-1"}))
    assert refused_by("c-2", refused_at) == Refused()


def test_events__decline_without_a_customer__is_recorded(cast: Cast) -> None:
    response = cast.page.post(URL, {"events": [event(decision(), type="decline")]})

    assert body_of(response)["accepted"] == 1
    assert not Customer.objects.exists()


def test_events__many__take_as_many_queries_as_few(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shown = decision()
    few = [event(shown, type="decline", customer=f"few-{n}") for n in range(2)]
    many = [event(shown, type="decline", customer=f"many-{n}") for n in range(500)]

    # SQLite takes 999 values a statement, and a refusal changes three columns of a ledger.
    with django_assert_max_num_queries(21):
        cast.server.post(URL, {"events": few})
    with django_assert_max_num_queries(22):
        answer = body_of(cast.server.post(URL, {"events": many}))

    assert answer["accepted"] == 500


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_record_events__same_batch_at_once__is_accepted_once() -> None:
    shown, at = decision(), now()
    batch = [
        EventInput(f"e-{n}", "decline", shown, OFFER, 1, customer=f"c-{n % 5}", is_proven=True)
        for n in range(50)
    ]

    def report(number: int) -> int:
        ordered = batch if number % 2 else batch[::-1]
        return record_events(events=ordered, arrival=Arrival(at=at)).accepted

    accepted = at_once(report, 8)

    assert sum(accepted) == Event.objects.count() == 50
    assert Event.objects.counted().count() == 5
    assert len(accepted) == 8
    assert connection.vendor == "postgresql"


def test_events__event_that_is_no_object__is_named_without_a_field(cast: Cast) -> None:
    (rejected,) = body_of(cast.page.post(URL, {"events": [7]}))["rejected"]

    assert rejected["detail"].startswith("Expected an object")


GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HEADERS: dict[str, tuple[dict[str, str], str]] = {
    "a shopper": (
        {"User_Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"},
        "",
    ),
    "a bot": ({"User_Agent": GOOGLE}, "bot"),
    "a prefetch": ({"Sec_Purpose": "prefetch;prerender"}, "prefetch"),
    "a prefetch of an old browser": ({"Purpose": "prefetch"}, "prefetch"),
}


@pytest.mark.parametrize(("headers", "reason"), HEADERS.values(), ids=HEADERS)
def test_events__headers_of_a_browser__exclude_and_those_of_a_server_do_not(
    cast: Cast, headers: dict[str, str], reason: str
) -> None:
    shopper = {"customer_token": cast.page.token("c-1")}
    for caller, who in ((cast.page, shopper), (cast.server, {"customer": "c-2"})):
        sent = event(decision(), type="decline", **who)
        answer = body_of(caller.post(URL, {"events": [sent]}, **headers))
        assert answer == {"accepted": 1, "duplicates": 0, "rejected": []}

    rows = dict(Event.objects.values_list("key", "exclusion"))
    declined = {key: customer is not None for key, customer in Event.objects.values_list("key", "customer")}
    assert rows == {cast.page.row.pk: reason, cast.server.row.pk: ""}  # type: ignore[union-attr]
    # Whoever is named in an event that is not counted is not created.
    assert declined == {cast.page.row.pk: not reason, cast.server.row.pk: True}  # type: ignore[union-attr]
    assert PersonLedger.objects.count() == (1 if reason else 2)


def test_events__from_one_network_behind_proxies__share_a_limit(cast: Cast, settings: Settings) -> None:
    settings.AWASE_EVENTS_PER_ADDRESS, settings.AWASE_TRUSTED_PROXIES = 2, 1

    for number in range(3):
        sent = event(decision(), session=f"s-{number}")
        cast.page.post(URL, {"events": [sent]}, X_Forwarded_For=f"10.0.0.{number}, 2001:db8:1:2::{number}")
    elsewhere = event(decision(), session="s-9")
    cast.page.post(URL, {"events": [elsewhere]}, X_Forwarded_For="2001:db8:2:2::1")

    reasons = Event.objects.order_by("pk").values_list("exclusion", flat=True)
    assert list(reasons) == ["", "", "burst", ""]
    assert not Event.objects.filter(address__contains="2001").exists()
