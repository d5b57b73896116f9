"""Orders, sent by the shop's own system."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from msgspec import UNSET, UnsetType
from rest_framework.request import Request

from catalog.services.values import FieldError
from checkout.api.order_id import ORDER_ID, require_order_id
from checkout.api.redemption import problem_of_redemption
from checkout.api.render_order import recorded_order
from checkout.api.shapes.examples import ORDER_ANSWER, ORDER_REQUEST, RECORDED_ORDER_ANSWER
from checkout.api.shapes.order import OrderBody, OrderLineBody
from checkout.api.shapes.recorded_order import OrderAnswer, RecordedOrderAnswer
from checkout.services.attribution import ClaimedLine, Credit, attribute_lines
from checkout.services.order import OrderChargedError, OrderInput, OrderLineInput, OrderOutcome, record_order
from checkout.services.order_lookup import RecordedOrder, find_order
from checkout.services.redemption import RedemptionError
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.shapes.types import Money
from gateway.api.views import ApiView, answer
from offers.api.shapes.offer import NoteAnswer

_decoder: Final = msgspec.json.Decoder(OrderBody)


class OrderView(ApiView):
    """An order under the shop's own ID."""

    max_body_bytes = 2_097_152

    @describe(
        "get_order",
        "Get an order",
        tag="Orders",
        answers={200: RecordedOrderAnswer},
        answer_examples={"answer": RECORDED_ORDER_ANSWER},
        problems=(400, 401, 403, 404, 429, 503),
        parameters=[ORDER_ID],
    )
    def get(self, request: Request, order_id: str) -> HttpResponse:
        """Return a recorded order."""
        require_order_id(order_id)
        return answer(RecordedOrderAnswer(**recorded_order(_find(order_id))))

    @describe(
        "record_order",
        "Record an order",
        tag="Orders",
        body=OrderBody,
        example=ORDER_REQUEST,
        answers={200: OrderAnswer, 201: OrderAnswer},
        answer_examples={"answer": ORDER_ANSWER},
        problems=(400, 401, 403, 404, 409, 410, 411, 413, 415, 429, 503),
        parameters=[ORDER_ID],
    )
    def put(self, request: Request, order_id: str) -> HttpResponse:
        """Store the order, replacing an earlier version of it. Repeating the call changes nothing."""
        require_order_id(order_id)
        body = self.read(request, _decoder)
        currency = _currency(body)
        claims = [ClaimedLine(line.sku, line.decision_id) for line in body.lines]
        attribution = attribute_lines(lines=claims, placed_at=body.placed_at)
        if attribution.errors:
            raise _refused(attribution.errors)
        order = OrderInput(
            order_id=order_id,
            placed_at=body.placed_at,
            customer=body.customer,
            currency=currency,
            status=body.status,
            cancelled_at=body.cancelled_at,
            shipping=body.shipping.amount if body.shipping else None,
            lines=list(map(_line, body.lines, attribution.credits)),
        )
        try:
            verdict = record_order(order=order, at=now())
        except OrderChargedError as error:
            raise ProblemError(error.code, str(error), errors=error.errors) from error
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        if verdict.outcome == OrderOutcome.REJECTED:
            raise _refused(list(verdict.errors))
        status = HTTPStatus.CREATED if verdict.outcome == OrderOutcome.CREATED else HTTPStatus.OK
        notes = [NoteAnswer(note.code, note.pointer, note.detail) for note in attribution.notes]
        recorded = recorded_order(_find(order_id))
        return answer(OrderAnswer(**recorded, outcome=verdict.outcome, notes=notes), status)


def _find(order_id: str) -> RecordedOrder:
    found = find_order(order_id)
    if found is None:
        raise ProblemError("unknown_order", "No order has this ID.")
    return found


def _currency(body: OrderBody) -> str | UnsetType:
    """Return the currency of the order, or of its amounts; refuse amounts in another one."""
    named = {
        f"/lines/{place}/unit_price": line.unit_price.currency
        for place, line in enumerate(body.lines)
        if isinstance(line.unit_price, Money)
    }
    if body.shipping is not None:
        named["/shipping"] = body.shipping.currency
    currency = next(iter(named.values()), UNSET) if body.currency is UNSET else body.currency
    detail = "The order has a different currency."
    errors = [
        FieldError(f"{pointer}/currency", "other_currency", detail)
        for pointer, one in named.items()
        if one != currency
    ]
    if errors:
        raise _refused(errors)
    return currency


def _line(line: OrderLineBody, credit: Credit | None) -> OrderLineInput:
    return OrderLineInput(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price.amount if isinstance(line.unit_price, Money) else line.unit_price,
        id=line.id,
        decision=credit.decision if credit else None,
        offer_code=credit.offer_code if credit else None,
    )


def _refused(errors: list[FieldError]) -> ProblemError:
    named = ", ".join(error.pointer for error in errors[:5])
    return ProblemError("invalid_request", f"The order was not recorded: see {named}.", errors=errors)
