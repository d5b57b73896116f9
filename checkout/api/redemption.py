"""Reserve a quote, extend the reservation and release it; `commit` charges it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from catalog.services.values import InvalidValueError
from checkout.api.quote import asked_line, require_intervals
from checkout.api.shapes.examples import (
    EXTEND_REQUEST,
    REDEEM_REQUEST,
    REDEMPTION_ANSWER,
    RELEASE_ANSWER,
    RELEASE_REQUEST,
)
from checkout.api.shapes.quote import (
    ExtendBody,
    RedeemBody,
    RedemptionAnswer,
    RedemptionNoteAnswer,
    ReleaseBody,
)
from checkout.models import Redemption
from checkout.services.hold import clean_hold
from checkout.services.quote_id import ID_PATTERN
from checkout.services.redemption import (
    RedemptionError,
    extend_quote,
    freeing_overdue,
    present_redemption,
    release_quote,
    reserve_quote,
)
from checkout.services.redemption_notes import RedemptionNote, redemption_notes
from gateway.api.idempotency import IDEMPOTENCY_KEY, answer_once
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.render import moment, money
from gateway.api.shapes.problem import FieldError
from gateway.api.views import ApiView, answer

_redeem_decoder: Final = msgspec.json.Decoder(RedeemBody)
_extend_decoder: Final = msgspec.json.Decoder(ExtendBody)
_release_decoder: Final = msgspec.json.Decoder(ReleaseBody)
QUOTE_ID: Final = OpenApiParameter(
    "quote_id",
    {"type": "string", "minLength": 44, "maxLength": 44, "pattern": ID_PATTERN},
    OpenApiParameter.PATH,
    description="The `quote_id` of the quote: 44 characters, exactly as it was sent.",
)


class RedeemView(ApiView):
    """Reserve a quote before the shopper pays."""

    @describe(
        "redeem_quote",
        "Reserve a quote",
        tag="Quotes",
        body=RedeemBody,
        example=REDEEM_REQUEST,
        answers={201: RedemptionAnswer},
        answer_examples={"answer": REDEMPTION_ANSWER},
        problems=(400, 401, 403, 409, 410, 411, 413, 415, 422, 429, 503),
        parameters=[QUOTE_ID, IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, quote_id: str) -> HttpResponse:
        """Reserve the limits and budgets of a quote before the shopper pays: all or none.

        Gifts are taken from stock; `notes` name those that are sold out by now.
        """
        body = self.read(request, _redeem_decoder)
        require_intervals(body.cart or ())
        cart = None if body.cart is None else tuple(map(asked_line, body.cart))
        hold = None if body.hold_minutes is None else hold_of(body.hold_minutes)

        def work() -> tuple[msgspec.Struct, int]:
            at = now()
            redemption = reserve_quote(quote_id=quote_id, cart=cart, customer=body.customer, hold=hold, at=at)
            return render_redemption(redemption, quote_id, at), HTTPStatus.CREATED

        def again() -> msgspec.Struct:
            at = now()
            return render_redemption(present_redemption(quote_id=quote_id, at=at), quote_id, at)

        try:
            return freeing_overdue(lambda: answer_once(request, body, work, again), at=now())
        except RedemptionError as error:
            raise problem_of_redemption(error) from error


class ExtendView(ApiView):
    """Keep a quote reserved for longer."""

    @describe(
        "extend_quote",
        "Extend a reservation",
        tag="Quotes",
        body=ExtendBody,
        example=EXTEND_REQUEST,
        answers={200: RedemptionAnswer},
        answer_examples={"answer": REDEMPTION_ANSWER},
        problems=(400, 401, 403, 409, 410, 411, 413, 415, 429, 503),
        parameters=[QUOTE_ID],
    )
    def post(self, request: Request, quote_id: str) -> HttpResponse:
        """Keep the quote reserved for this long from its redemption. Repeating the call changes nothing."""
        hold, at = hold_of(self.read(request, _extend_decoder).hold_minutes), now()
        try:
            redemption = extend_quote(quote_id=quote_id, hold=hold, at=at)
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        return answer(render_redemption(redemption, quote_id, at))


class ReleaseView(ApiView):
    """Release a reserved quote if the shopper does not pay."""

    @describe(
        "release_quote",
        "Release a reserved quote",
        tag="Quotes",
        body=ReleaseBody,
        example=RELEASE_REQUEST,
        answers={200: RedemptionAnswer},
        answer_examples={"answer": RELEASE_ANSWER},
        problems=(400, 401, 403, 409, 410, 411, 413, 415, 429, 503),
        parameters=[QUOTE_ID],
    )
    def post(self, request: Request, quote_id: str) -> HttpResponse:
        """Release the reservation if the shopper does not pay. Repeating the call changes nothing."""
        self.read(request, _release_decoder)
        at = now()
        try:
            redemption = release_quote(quote_id=quote_id, at=at)
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        return answer(render_redemption(redemption, quote_id, at))


def hold_of(minutes: int) -> timedelta:
    """Return how long to hold a quote; refuse more than the shop allows."""
    try:
        return clean_hold(minutes)
    except InvalidValueError as error:
        field = FieldError("/hold_minutes", error.code, error.detail)
        raise ProblemError("invalid_request", error.detail, errors=[field]) from error


def render_redemption(redemption: Redemption, quote_id: str, at: datetime) -> RedemptionAnswer:
    """Return the state of a quote at `at`."""
    quote = redemption.quote
    return RedemptionAnswer(
        quote_id=quote_id,
        state=redemption.state_at(at),
        expires_at=moment(redemption.expires_at),
        to_pay=money(quote.gross_minor, quote.currency),
        order_id=redemption.order_id or None,
        notes=render_notes(redemption_notes(redemption)),
    )


def render_notes(notes: Iterable[RedemptionNote]) -> tuple[RedemptionNoteAnswer, ...]:
    """Return the notes of a redemption or a commit."""
    return tuple(
        RedemptionNoteAnswer(note.code, note.pointer, note.detail, note.offer, note.sku) for note in notes
    )


def problem_of_redemption(error: RedemptionError) -> ProblemError:
    """Return the problem, with an error for each offer concerned."""
    errors = [FieldError(f"/offers/{code}", error.code, error.detail) for code in error.offers]
    return ProblemError(error.code, error.detail, errors=errors)
