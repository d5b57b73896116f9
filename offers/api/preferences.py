"""Preferences: what shoppers set themselves, for the shop's server and for the shopper's own page."""

from datetime import timedelta
from typing import Final

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from gateway.api.authentication import AnyKey, key_of
from gateway.api.customers import shopper_of
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.query import read_query
from gateway.api.render import moment
from gateway.api.shapes.problem import FieldError
from gateway.api.views import ApiView, answer
from offers.api.customer import CUSTOMER_ID, require_customer_id
from offers.api.shapes.preferences import (
    LINK_ANSWER,
    LINK_REQUEST,
    PREFERENCES_ANSWER,
    PREFERENCES_REQUEST,
    HeldBackAnswer,
    LinkAnswer,
    LinkBody,
    PreferencesAnswer,
    PreferencesBody,
    PreferencesQuery,
    TopicAnswer,
)
from offers.services.preferences.change import (
    PreferenceChange,
    Statement,
    StatementError,
    UnknownTopicError,
    change_preferences,
)
from offers.services.preferences.link import issue_link_token
from offers.services.preferences.read import HeldBack, read_preferences

_decoder: Final = msgspec.json.Decoder(PreferencesBody)
_link_decoder: Final = msgspec.json.Decoder(LinkBody)
_LANGUAGE: Final = OpenApiParameter(
    "Accept-Language", str, OpenApiParameter.HEADER, description="The language of the titles."
)


class PreferencesView(ApiView):
    """The preferences of a customer."""

    permission_classes = (AnyKey,)
    is_for_browsers = True

    @describe(
        "get_preferences",
        "Get the preferences of a customer",
        tag="Customers",
        query=PreferencesQuery,
        answers={200: PreferencesAnswer},
        answer_examples={"answer": PREFERENCES_ANSWER},
        problems=(400, 401, 403, 429, 503),
        parameters=[CUSTOMER_ID, _LANGUAGE],
    )
    def get(self, request: Request, customer_id: str) -> HttpResponse:
        """Return what the customer has turned off, declined and paused; the defaults for a new customer."""
        query = read_query(request._request, PreferencesQuery)
        _require_own(request, customer_id, query.customer_token)
        return _answer(customer_id)

    @describe(
        "update_preferences",
        "Change the preferences of a customer",
        tag="Customers",
        body=PreferencesBody,
        example=PREFERENCES_REQUEST,
        answers={200: PreferencesAnswer},
        answer_examples={"answer": PREFERENCES_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
        parameters=[CUSTOMER_ID, _LANGUAGE],
    )
    def patch(self, request: Request, customer_id: str) -> HttpResponse:
        """Store what changes; what is left out stays as it is. Return all preferences."""
        body = self.read(request, _decoder)
        _require_own(request, customer_id, body.customer_token)
        statement = Statement(source=body.source, page=body.page, wording=lambda _channel: body.wording)
        try:
            change_preferences(customer=customer_id, change=_change(body), statement=statement, at=now())
        except UnknownTopicError as error:
            places = [(str(topic.scope), topic.name) for topic in body.topics]
            pointer = f"/topics/{places.index(error.subject)}/name"
            raise invalid_field(pointer, "unknown_topic", str(error)) from error
        except StatementError as error:
            raise invalid_field(f"/{error.field}", error.code, error.detail) from error
        return _answer(customer_id)


class PreferenceLinkView(ApiView):
    """Links to the preference page."""

    @describe(
        "create_preference_link",
        "Get a link to the preference page of a customer",
        tag="Customers",
        body=LinkBody,
        example=LINK_REQUEST,
        answers={200: LinkAnswer},
        answer_examples={"answer": LINK_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
        parameters=[CUSTOMER_ID],
    )
    def post(self, request: Request, customer_id: str) -> HttpResponse:
        """Return a signed link, for a mail or an account page. Nothing is stored."""
        require_customer_id(customer_id)
        body = self.read(request, _link_decoder)
        expires_at = (now() + timedelta(days=body.days)).replace(microsecond=0)
        token = issue_link_token(customer=customer_id, expires_at=int(expires_at.timestamp()))
        url = request._request.build_absolute_uri(reverse("preferences_page", args=[token]))
        return answer(LinkAnswer(url, moment(expires_at)), headers={"Cache-Control": "no-store"})


def _require_own(request: Request, customer_id: str, token: str | None) -> None:
    """Refuse a page that has not proved to act for this customer; a server may act for all."""
    require_customer_id(customer_id)
    key = key_of(request)
    if token is None and not key.is_secret:
        detail = "With a publishable key, send the `customer_token` of this customer."
        error = FieldError("/customer_token", "token_required", detail)
        raise ProblemError("customer_token_required", detail, errors=[error])
    if token is not None and shopper_of(key, None, token).customer != customer_id:
        detail = "The customer_token is for another customer than the address names."
        error = FieldError("/customer_token", "token_other_customer", detail)
        raise ProblemError("customer_token_invalid", detail, errors=[error])


def _change(body: PreferencesBody) -> PreferenceChange:
    topics: dict[tuple[str, str], bool] = {}
    for place, topic in enumerate(body.topics):
        if (topic.scope, topic.name) in topics:
            detail = f"The topic {topic.name!r} is given more than once."
            raise invalid_field(f"/topics/{place}/name", "duplicate_topic", detail)
        topics[topic.scope, topic.name] = topic.on
    return PreferenceChange(
        is_personalised=body.personalisation,
        channels=msgspec.to_builtins(body.channels),
        topics=topics,
        take_back=tuple((one.scope, one.name) for one in body.take_back),
        pause_days=body.pause_days,
    )


def _answer(customer: str) -> HttpResponse:
    found = read_preferences(customer=customer, at=now())
    body = PreferencesAnswer(
        customer=customer,
        personalisation=found.is_personalised,
        channels=dict(found.channels),
        topics=[TopicAnswer(one.scope, one.name, one.title, one.is_on) for one in found.topics],
        held_back=[_held_back(one) for one in found.held_back],
        paused_until=None if found.paused_until is None else moment(found.paused_until),
    )
    return answer(body, headers={"Cache-Control": "no-store"})


def _held_back(one: HeldBack) -> HeldBackAnswer:
    refusal = one.refusal
    return HeldBackAnswer(
        scope=refusal.scope,
        name=refusal.name,
        title=one.title,
        reason=refusal.reason,
        since=None if refusal.said_at is None else moment(refusal.said_at),
        until=None if refusal.until is None else moment(refusal.until),
        can_take_back=refusal.is_answer,
    )
