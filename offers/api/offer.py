"""Offers: the hot path. It reads memory and, for a known customer, one row; it writes nothing."""

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter
from msgspec import UNSET
from msgspec.structs import replace
from rest_framework.request import Request

from engine.decision import decide, decide_page
from engine.decision.types import Decision, DecisionRequest, KnownCustomer
from engine.moments import is_time_zone
from engine.notes import Note
from engine.snapshot.reader import Snapshot
from gateway.api.authentication import AnyKey, key_in_address, key_of, require_secret
from gateway.api.customers import shopper_of
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.query import read_query
from gateway.api.reader import read_json
from gateway.api.shapes.problem import FieldError
from gateway.api.shapes.types import MAX_CONTEXT, OwnValues
from gateway.api.views import ApiView, answer
from offers.api.locales import language_of, language_tag_of
from offers.api.render import render_decision, render_notes, render_page
from offers.api.serving import current_snapshot
from offers.api.shapes.examples import OFFERS_ANSWER, OFFERS_REQUEST, PAGE_ANSWER
from offers.api.shapes.offer import (
    OffersAnswer,
    OffersQuery,
    OffersRequest,
    PageAnswer,
)
from offers.services.customer import NEW_VISITOR, KnownVisitor, load_known_customer, load_visitor
from offers.services.journal.issue import issue_decisions
from offers.services.journal.process import is_sampled
from offers.services.journal.records import ANYBODY, Owner

logger = logging.getLogger(__name__)

# How long browsers and CDNs may cache a response; an offer that ends is shown at most this much longer.
CACHE_SECONDS: Final = 60

CACHE_HEADERS: Final = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, response=[200, 304], description=text, required=True)
    for name, text in (
        ("ETag", "Changes with the offers. Send it as `If-None-Match`."),
        ("Cache-Control", "How long the response may be cached."),
    )
]
_decoder: Final = msgspec.json.Decoder(OffersRequest)
_encoder: Final = msgspec.json.Encoder()
_context_decoder: Final = msgspec.json.Decoder(OwnValues)
_INTEGERS: Final = frozenset({"limit"})


class Known(msgspec.Struct, frozen=True):
    """What is known of a shopper: as a customer, or as a visitor by their session."""

    customer: KnownCustomer | None = None
    visitor: KnownVisitor = NEW_VISITOR


class OffersView(ApiView):
    """The next best offers for a placement, or for all placements of a page."""

    permission_classes = (AnyKey,)
    find_key = staticmethod(key_in_address)
    is_for_browsers = True

    @describe(
        "decide_offers",
        "Get offers for a cart, a page or a customer",
        tag="Offers",
        body=OffersRequest,
        example=OFFERS_REQUEST,
        answers={200: (OffersAnswer, PageAnswer)},
        answer_examples={"placement": OFFERS_ANSWER, "page": PAGE_ANSWER},
        problems=(400, 401, 403, 404, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Return the best offers for a shopper's cart, page and history.

        With `placement`, the response is an `OffersAnswer`; with `placements`, a `PageAnswer`.
        """
        body = self.read(request, _decoder)
        key = key_of(request)
        if body.explain:
            require_secret(key, "explain")
        placements = _placements_of(body)
        snapshot, at_ms = _snapshot_with(placements), time.time_ns() // 1_000_000
        customer = shopper_of(key, body.customer, body.customer_token).customer
        owner = Owner(key.id, customer, body.visitor or body.session)
        known, notes = _known(owner)
        asked = _decision_request(body, next(iter(placements.values())), known, owner, at_ms // 1000)
        ask = _Asked(snapshot, asked, owner, at_ms)
        if body.placements is UNSET:
            offers: OffersAnswer | PageAnswer = _answer_placement(ask)
        else:
            offers = _answer_page(ask, body.placements)
        offers.notes.extend(render_notes(notes))
        return answer(offers, headers={"Cache-Control": "no-store"})

    @describe(
        "list_offers",
        "Get cacheable offers for a page",
        tag="Offers",
        query=OffersQuery,
        takes_key_in_address=True,
        answers={200: OffersAnswer, 304: None},
        answer_examples={"answer": OFFERS_ANSWER},
        parameters=CACHE_HEADERS,
        problems=(400, 401, 403, 404, 429, 503),
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the best offers for a page, the same for every visitor. The response may be cached."""
        query = read_query(request._request, OffersQuery, _INTEGERS)
        snapshot = _snapshot_with({"?placement": query.placement})
        at_ms, language = time.time_ns() // 1_000_000, language_of(query.locale)
        asked = DecisionRequest(
            placement=query.placement,
            at=at_ms // 1000,
            product=query.product,
            locale=language,
            language_tag=language_tag_of(query.locale),
            channel=query.channel,
            country=query.country or "",
            context=_context_of(query),
            limit=query.limit,
        )
        decision = decide(snapshot=snapshot, request=asked)
        body = render_decision(decision, decision_id="", language=language)
        etag = _etag(snapshot, query, body)
        if _matches(request._request, etag):
            response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        else:
            [decision_id] = issue_decisions(
                decisions=[decision], asked=asked, owner=ANYBODY, snapshot=snapshot.version, at_ms=at_ms
            )
            response = answer(replace(body, decision_id=decision_id))
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
        response.headers["Vary"] = "Authorization"
        return response

    # Django would otherwise bind `head` on each instance, a reference cycle.
    head = get


def _context_of(query: OffersQuery) -> dict[str, str]:
    """Return the shop's own values of a query string."""
    if query.context is None:
        return {}
    try:
        return read_json(query.context.encode(), _context_decoder)
    except ProblemError as problem:
        detail = (
            f"context must be a JSON object with up to {MAX_CONTEXT} values: codes, each once, with texts of "
            "1 to 200 characters."
        )
        seen = "".join(f" {error.pointer}: {error.detail}" for error in problem.errors[:1] if error.pointer)
        raise invalid_field("?context", "invalid_value", detail + seen) from problem


def _placements_of(body: OffersRequest) -> dict[str, str]:
    """Return the placements by the pointer of their field: one, or several that differ."""
    if body.placements is UNSET:
        if body.placement is UNSET:
            detail = "Object missing required field `placement`."
            raise invalid_field("/placement", "required", detail)
        return {"/placement": body.placement}
    if body.placement is not UNSET:
        raise invalid_field("/placements", "ambiguous", "Send either `placement` or `placements`.")
    for place, code in enumerate(body.placements):
        if code in body.placements[:place]:
            detail = f"The placement {code!r} is given more than once."
            raise invalid_field(f"/placements/{place}", "duplicate_placement", detail)
    return {f"/placements/{place}": code for place, code in enumerate(body.placements)}


def _snapshot_with(placements: Mapping[str, str]) -> Snapshot:
    """Return the snapshot; an unknown placement is a mistake of the caller."""
    snapshot = current_snapshot()
    for pointer, code in placements.items():
        if code not in snapshot.placements:
            detail = f"There is no placement {code!r}."
            error = FieldError(pointer, "unknown_placement", detail)
            raise ProblemError("unknown_placement", detail, errors=[error])
    return snapshot


def _known(owner: Owner) -> tuple[Known, list[Note]]:
    """Return what is known of the shopper; without a database, decide as for a guest and say so."""
    try:
        if owner.customer:
            return Known(load_known_customer(external_id=owner.customer, visitor=owner.session or "")), []
        if owner.session:
            return Known(visitor=load_visitor(visitor=owner.session)), []
    except DatabaseError as error:
        logger.error("Offers are decided without the history of shoppers", exc_info=error)  # noqa: TRY400
        detail = "The history of the customer cannot be read at the moment. The offers are those for a guest."
        pointer = "/customer" if owner.customer else "/session"
        return Known(), [Note("history_unavailable", pointer, detail)]
    return Known(), []


def _decision_request(
    body: OffersRequest, placement: str, known: Known, owner: Owner, at: int
) -> DecisionRequest:
    return DecisionRequest(
        placement=placement,
        at=at,
        cart=body.cart,
        product=body.product,
        customer=known.customer,
        visitor=known.visitor.ledger,
        visitor_behaviour=known.visitor.behaviour,
        viewed=body.viewed,
        channel=body.channel,
        locale=language_of(body.locale),
        language_tag=language_tag_of(body.locale),
        country=body.country or "",
        time_zone=_time_zone_of(body),
        context=body.context,
        limit=body.limit,
        exclude=body.exclude,
        exclude_offers=body.exclude_offers,
        explain=body.explain,
        lists_candidates=is_sampled(),
        unit=owner.unit,
    )


def _time_zone_of(body: OffersRequest) -> str:
    if body.time_zone is not None and not is_time_zone(body.time_zone):
        raise invalid_field(
            "/time_zone", "unknown_time_zone", f"There is no IANA time zone {body.time_zone!r}."
        )
    return body.time_zone or ""


class _Asked(msgspec.Struct, frozen=True):
    """A request that is ready to be decided, and for whom."""

    snapshot: Snapshot
    request: DecisionRequest
    owner: Owner
    at_ms: int

    def issue(self, decisions: Sequence[Decision]) -> list[str]:
        """Return the tokens of the decisions."""
        return issue_decisions(
            decisions=decisions,
            asked=self.request,
            owner=self.owner,
            snapshot=self.snapshot.version,
            at_ms=self.at_ms,
        )


def _answer_placement(ask: _Asked) -> OffersAnswer:
    decision = decide(snapshot=ask.snapshot, request=ask.request)
    [token] = ask.issue([decision])
    return render_decision(decision, decision_id=token, language=ask.request.locale)


def _answer_page(ask: _Asked, placements: Sequence[str]) -> PageAnswer:
    page = decide_page(snapshot=ask.snapshot, request=ask.request, placements=placements)
    return render_page(page, decision_ids=ask.issue(page.placements), language=ask.request.locale)


def _etag(snapshot: Snapshot, query: OffersQuery, body: OffersAnswer) -> str:
    """Return the ETag of an answer. Weak, because decisions with the same offers have different tokens.

    The offers are part of it because schedules change them without a new snapshot.
    """
    digest = hashlib.blake2b(digest_size=12)
    for part in (snapshot.generation, snapshot.version, query, body):
        digest.update(_encoder.encode(part))
    return f'W/"{digest.hexdigest()}"'


def _matches(request: HttpRequest, etag: str) -> bool:
    """Tell whether the caller already has this answer (RFC 9110: weak comparison)."""
    given = request.META.get("HTTP_IF_NONE_MATCH", "")
    opaque = etag.removeprefix("W/")
    return given.strip() == "*" or opaque in (tag.strip().removeprefix("W/") for tag in given.split(","))
