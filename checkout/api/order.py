"""Orders, sent by the shop's own system."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from catalog.services.values import FieldError
from checkout.api.shapes.order import OrderAnswer, OrderBody, OrderLineBody
from checkout.services.attribution import ClaimedLine, Credit, attribute_lines
from checkout.services.order import OrderChargedError, OrderInput, OrderLineInput, OrderOutcome, record_order
from checkout.services.order_values import ORDER_ID_PATTERN, is_order_id
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.views import ApiView, answer
from offers.api.shapes.offer import NoteAnswer

_decoder: Final = msgspec.json.Decoder(OrderBody)
ORDER_ID: Final = OpenApiParameter(
    "order_id",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": ORDER_ID_PATTERN},
    OpenApiParameter.PATH,
)


class OrderView(ApiView):
    """An order under the shop's own ID."""

    max_body_bytes = 2_097_152

    @describe(
        "record_order",
        "Record an order",
        body=OrderBody,
        answers={200: OrderAnswer, 201: OrderAnswer},
        problems=(400, 401, 403, 404, 409, 411, 413, 415, 429, 503),
        parameters=[ORDER_ID],
    )
    def put(self, request: Request, order_id: str) -> HttpResponse:
        """Store the order, replacing an earlier version of it. Repeating the call changes nothing."""
        _require_id(order_id)
        body = self.read(request, _decoder)
        claims = [ClaimedLine(line.sku, line.decision_id) for line in body.lines]
        attribution = attribute_lines(lines=claims, placed_at=body.placed_at)
        if attribution.errors:
            raise _refused(attribution.errors)
        order = OrderInput(
            order_id=order_id,
            placed_at=body.placed_at,
            customer=body.customer,
            currency=body.currency,
            lines=list(map(_line, body.lines, attribution.credits)),
        )
        try:
            verdict = record_order(order=order, at=now())
        except OrderChargedError as error:
            raise ProblemError("order_charged", str(error), errors=error.errors) from error
        if verdict.outcome == OrderOutcome.REJECTED:
            raise _refused(list(verdict.errors))
        status = HTTPStatus.CREATED if verdict.outcome == OrderOutcome.CREATED else HTTPStatus.OK
        notes = [NoteAnswer(note.code, note.pointer, note.detail) for note in attribution.notes]
        return answer(OrderAnswer(order_id, verdict.outcome, notes), status)


def _line(line: OrderLineBody, credit: Credit | None) -> OrderLineInput:
    return OrderLineInput(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        decision=credit.decision if credit else None,
        offer_code=credit.offer_code if credit else None,
    )


def _require_id(order_id: str) -> None:
    """Refuse an ID that would not be stored as sent, or that a stray slash has changed."""
    if not is_order_id(order_id):
        detail = (
            "An order ID has 1 to 128 characters, no white space at either end and no slash at the end. "
            "See “Orders” in the API reference."
        )
        raise _refused([FieldError("/order_id", "bad_format", detail)])


def _refused(errors: list[FieldError]) -> ProblemError:
    named = ", ".join(error.pointer for error in errors[:5])
    return ProblemError("invalid_request", f"The order was not recorded: see {named}.", errors=errors)
