"""Orders: the shop's own system sends what was bought."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from analytics.api.shapes import OrderAnswer, OrderBody, OrderLineBody
from analytics.services.order import OrderInput, OrderLineInput, OrderOutcome, record_order
from catalog.fields import normalize_sku
from catalog.values import FieldError
from offers.api.openapi import describe
from offers.api.problems import ProblemError
from offers.api.shapes.offer import NoteAnswer
from offers.api.views import ApiView, answer
from offers.tokens import InvalidTokenError, ShownOffer, read_decision_token

_decoder: Final = msgspec.json.Decoder(OrderBody)
# As ID_PATTERN, and no slash at the end: "a/" beside "a" would be a typing error, not another order.
_ORDER_ID_PATTERN: Final = r"^(?!\s)[^\x00-\x1f\x7f\u2028\u2029]{1,128}(?<![\s/])(?![\s\S])"
_ORDER_ID: Final = OpenApiParameter(
    "order_id",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": _ORDER_ID_PATTERN},
    OpenApiParameter.PATH,
)


class OrderView(ApiView):
    """One order, under the shop's own id."""

    max_body_bytes = 2_097_152

    @describe(
        "record_order",
        "Record an order",
        body=OrderBody,
        answers={200: OrderAnswer, 201: OrderAnswer},
        problems=(400, 401, 403, 404, 411, 413, 415, 429, 503),
        parameters=[_ORDER_ID],
    )
    def put(self, request: Request, order_id: str) -> HttpResponse:
        """Store the order; the same again changes nothing."""
        _require_plain(order_id)
        body = self.read(request, _decoder)
        attribution = _Attribution(int(body.placed_at.timestamp()))
        order = OrderInput(
            order_id=order_id,
            placed_at=body.placed_at.isoformat(),
            customer=body.customer,
            currency=body.currency,
            lines=[attribution.line(index, line) for index, line in enumerate(body.lines)],
        )
        attribution.raise_errors()
        verdict = record_order(order=order, at=now())
        if verdict.outcome == OrderOutcome.REJECTED:
            raise _refused(list(verdict.errors))
        status = HTTPStatus.CREATED if verdict.outcome == OrderOutcome.CREATED else HTTPStatus.OK
        return answer(OrderAnswer(order_id, verdict.outcome, attribution.notes), status)


class _Attribution:
    """Finds the offer that led to each line.

    A decision we never made is an error. One that does not fit the line (older than 30 days when the
    order was placed, or about other products) is noted: the order itself is true all the same.
    """

    def __init__(self, placed_at: int) -> None:
        self.placed_at = placed_at
        self.notes: list[NoteAnswer] = []
        self.errors: list[FieldError] = []

    def line(self, index: int, line: OrderLineBody) -> OrderLineInput:
        """Return the line with the offer it owes itself to."""
        decision, shown = self._offer_of(f"/lines/{index}/decision_id", line)
        return OrderLineInput(
            sku=line.sku,
            quantity=line.quantity,
            unit_price=line.unit_price,
            decision=decision,
            offer_code=shown.offer if shown else None,
        )

    def raise_errors(self) -> None:
        """Refuse the order if a decision was forged or damaged."""
        if self.errors:
            raise _refused(self.errors)

    def _offer_of(self, pointer: str, line: OrderLineBody) -> tuple[str | None, ShownOffer | None]:
        if line.decision_id is None:
            return None, None
        try:
            token = read_decision_token(line.decision_id, at=self.placed_at)
        except InvalidTokenError as error:
            if error.code == "decision_invalid":
                self.errors.append(FieldError(pointer, error.code, error.detail))
            else:
                self.notes.append(NoteAnswer(error.code, pointer, error.detail))
            return None, None
        shown = token.offer_of(normalize_sku(line.sku))
        if shown is None:
            detail = "The decision did not propose this product."
            self.notes.append(NoteAnswer("not_in_decision", pointer, detail))
            return None, None
        return token.id, shown


def _require_plain(order_id: str) -> None:
    """Refuse an id that would be stored otherwise than it is sent, or that a stray slash made another."""
    if order_id != order_id.strip() or order_id.endswith("/"):
        detail = "An order id has no white space around it and no slash at its end."
        raise _refused([FieldError("/order_id", "bad_format", detail)])


def _refused(errors: list[FieldError]) -> ProblemError:
    named = ", ".join(error.pointer for error in errors[:5])
    return ProblemError("invalid_request", f"The order was not recorded: see {named}.", errors=errors)
