"""Events: storefronts report what shoppers did with their offers."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request

from gateway.api.authentication import AnyKey, key_of
from gateway.api.beacon import key_in_beacon, read_beacon
from gateway.api.customers import shopper_of
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.reader import decode
from gateway.api.views import ApiView, answer
from gateway.services.address import client_address, network_of
from gateway.services.key_ring import KeyEntry
from offers.api.behaviour import behaviour_of, refuse_fields, required
from offers.api.shapes.event import (
    EventItem,
    EventsAnswer,
    EventsRequest,
    RawBeacon,
    RawEvents,
    RejectedEvent,
)
from offers.api.shapes.examples import EVENTS_ANSWER, EVENTS_REQUEST
from offers.services.behaviour.event import TYPES as BEHAVIOUR_TYPES
from offers.services.behaviour.event import BehaviourInput, record_behaviour
from offers.services.event import EventInput, record_events
from offers.services.exclusions import Arrival

_batch_decoder: Final = msgspec.json.Decoder(RawEvents)
_beacon_decoder: Final = msgspec.json.Decoder(RawBeacon)
_REASONED: Final = ("dismiss", "decline")
_item_decoder: Final = msgspec.json.Decoder(EventItem)


class EventsView(ApiView):
    """Impressions, clicks, acceptances, and what shoppers answer."""

    permission_classes = (AnyKey,)
    find_key = staticmethod(key_in_beacon)
    is_for_browsers = True
    max_body_bytes = 2_097_152

    @describe(
        "record_events",
        "Report events",
        tag="Events",
        body=EventsRequest,
        example=EVENTS_REQUEST,
        answers={202: EventsAnswer},
        answer_examples={"answer": EVENTS_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Record a batch of events. Invalid events are listed and do not affect the others.

        `navigator.sendBeacon` can send no Authorization header: a page may send the batch as text/plain
        instead, with the publishable key as an additional field `key`.
        """
        key = key_of(request)
        batch = read_beacon(request, _beacon_decoder) or self.read(request, _batch_decoder)
        events: dict[int, EventInput] = {}
        behaviour: dict[int, BehaviourInput] = {}
        rejected: list[RejectedEvent] = []
        for index, raw in enumerate(batch.events):
            try:
                item = decode(raw, _item_decoder)
                if item.type in BEHAVIOUR_TYPES:
                    behaviour[index] = behaviour_of(item, key)
                else:
                    events[index] = _event(item, key)
            except ProblemError as problem:
                rejected.append(_rejected(index, problem))
        arrival = _arrival(request)
        answers = (
            (list(events), record_events(events=list(events.values()), arrival=arrival)),
            (list(behaviour), record_behaviour(events=list(behaviour.values()), arrival=arrival)),
        )
        for places, recorded in answers:
            rejected += [RejectedEvent(places[r.index], r.code, r.detail) for r in recorded.rejected]
        rejected.sort(key=lambda rejection: rejection.index)
        accepted = sum(recorded.accepted for _places, recorded in answers)
        duplicates = sum(recorded.duplicates for _places, recorded in answers)
        return answer(EventsAnswer(accepted, duplicates, rejected), HTTPStatus.ACCEPTED)


def _arrival(request: Request) -> Arrival:
    """Return how a batch arrived. The headers and the address of a shop's server say nothing of shoppers."""
    key, sent = key_of(request), request._request.META
    if key.is_secret:
        return Arrival(at=now(), key_id=key.id)
    return Arrival(
        at=now(),
        key_id=key.id,
        user_agent=sent.get("HTTP_USER_AGENT", ""),
        purpose=sent.get("HTTP_SEC_PURPOSE") or sent.get("HTTP_PURPOSE", ""),
        network=network_of(client_address(sent)),
    )


def _event(item: EventItem, key: KeyEntry) -> EventInput:
    refuse_fields(item, ("sku", "category", "text"))
    shopper = shopper_of(key, item.customer, item.customer_token)
    if item.reason is not None and item.type not in _REASONED:
        raise invalid_field("/reason", "not_with_type", "Only `dismiss` and `decline` have a reason.")
    if item.until is not None and item.type != "later":
        raise invalid_field("/until", "not_with_type", "Only `later` has a time until when.")
    return EventInput(
        event_id=item.event_id,
        type=item.type,
        decision_id=required(item.decision_id, "decision_id"),
        offer=required(item.offer, "offer"),
        position=required(item.position, "position"),
        occurred_at=item.occurred_at,
        customer=shopper.customer,
        session=item.visitor or item.session or "",
        is_proven=shopper.is_proven,
        reason=item.reason or "",
        until=item.until or "",
    )


def _rejected(index: int, problem: ProblemError) -> RejectedEvent:
    error = problem.errors[0] if problem.errors else None
    if error is None:
        return RejectedEvent(index, problem.code, problem.text)
    field = error.pointer.removeprefix("/")
    return RejectedEvent(index, error.code, f"{field}: {error.detail}" if field else error.detail)
