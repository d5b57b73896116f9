"""Reserve a quote and release it; `commit` charges it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from checkout.api.quote import asked_line, require_intervals
from checkout.api.shapes.quote import RedeemBody, RedemptionAnswer, ReleaseBody
from checkout.models import Redemption
from checkout.services.gone_gifts import GoneGift, gone_gifts
from checkout.services.quote_id import ID_PATTERN
from checkout.services.redemption import (
    RedemptionError,
    freeing_overdue,
    release_quote,
    reserve_quote,
    thaw_quote,
)
from gateway.api.idempotency import IDEMPOTENCY_KEY, answer_once
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.render import moment, money
from gateway.api.shapes.problem import FieldError
from gateway.api.views import ApiView, answer
from offers.api.shapes.offer import NoteAnswer

_redeem_decoder: Final = msgspec.json.Decoder(RedeemBody)
_release_decoder: Final = msgspec.json.Decoder(ReleaseBody)
QUOTE_ID: Final = OpenApiParameter(
    "quote_id",
    {"type": "string", "minLength": 44, "maxLength": 44, "pattern": ID_PATTERN},
    OpenApiParameter.PATH,
)


class RedeemView(ApiView):
    """Reserve a quote before the shopper pays."""

    @describe(
        "redeem_quote",
        "Reserve a quote",
        body=RedeemBody,
        answers={201: RedemptionAnswer},
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

        def work() -> tuple[msgspec.Struct, int]:
            redemption = reserve_quote(quote_id=quote_id, cart=cart, customer=body.customer, at=now())
            gone = gone_gifts(redemption=redemption, frozen=thaw_quote(redemption.quote))
            return render_redemption(redemption, quote_id, gone), HTTPStatus.CREATED

        try:
            return freeing_overdue(lambda: answer_once(request, body, work), at=now())
        except RedemptionError as error:
            raise problem_of_redemption(error) from error


class ReleaseView(ApiView):
    """Release a reserved quote if the shopper does not pay."""

    @describe(
        "release_quote",
        "Release a reserved quote",
        body=ReleaseBody,
        answers={200: RedemptionAnswer},
        problems=(400, 401, 403, 409, 410, 411, 413, 415, 429, 503),
        parameters=[QUOTE_ID],
    )
    def post(self, request: Request, quote_id: str) -> HttpResponse:
        """Release the reservation if the shopper does not pay. Repeating the call changes nothing."""
        self.read(request, _release_decoder)
        try:
            redemption = release_quote(quote_id=quote_id, at=now())
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        return answer(render_redemption(redemption, quote_id))


def render_redemption(
    redemption: Redemption, quote_id: str, gone: Sequence[GoneGift] = ()
) -> RedemptionAnswer:
    """Return the state of a quote."""
    quote = redemption.quote
    return RedemptionAnswer(
        quote_id=quote_id,
        state=redemption.state,
        expires_at=moment(redemption.expires_at),
        to_pay=money(quote.gross_minor, quote.currency),
        order_id=redemption.order_id or None,
        notes=tuple(NoteAnswer("gift_sold_out", f"/lines/{one.line}", one.detail) for one in gone),
    )


def problem_of_redemption(error: RedemptionError) -> ProblemError:
    """Return the problem, with an error for each offer concerned."""
    errors = [FieldError(f"/offers/{code}", error.code, error.detail) for code in error.offers]
    return ProblemError(error.code, error.detail, errors=errors)
