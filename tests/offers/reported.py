"""Events as storefronts report them, for decisions that showed one offer at position 1."""

from datetime import UTC, datetime, timedelta
from typing import Any

from offers.models import Event
from offers.services.event import EventInput, record_events
from offers.services.exclusions import Arrival, PlausibleEvent
from offers.services.tokens import issue_decision_token
from tests.offers.services.test_tokens import PROPOSAL

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
OFFER = PROPOSAL.offer


def decided(at: datetime = AT, *, key: int = 0) -> str:
    """Return the id of a decision: a shared one, or that of a key's call."""
    return issue_decision_token(
        proposals=[PROPOSAL], placement="cart", decided_at=int(at.timestamp()), key=key
    )


def sent(event_id: str, kind: str, decision: str, **changes: Any) -> EventInput:
    """Return an event of the session s-1, unless the changes say otherwise."""
    return EventInput(event_id, kind, decision, OFFER, 1, **{"session": "s-1", "is_proven": True, **changes})


def report(*events: EventInput, at: datetime = AT, **arrival: Any) -> int:
    """Report a batch; return how many events were accepted."""
    return record_events(events=events, arrival=Arrival(at=at, **arrival)).accepted


def plausible(**changes: Any) -> PlausibleEvent:
    """Return an event that its decision confirms."""
    parts: dict[str, Any] = {
        "event_id": "e-1",
        "type": "impression",
        "offer": OFFER,
        "position": 1,
        "decision": "d-1",
        "decided_at": AT - timedelta(minutes=1),
        "is_shared": True,
        "occurred_at": AT,
    }
    return PlausibleEvent(**parts | changes)


def exclusions() -> dict[str, str]:
    """Return why each event is not counted, "" for those that are, by event id."""
    return dict(Event.objects.values_list("event_id", "exclusion"))
