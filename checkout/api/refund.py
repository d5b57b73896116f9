"""Refund an order: returned units, an amount, or all of a cancelled one."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request

from checkout.api.order_id import ORDER_ID
from checkout.api.redemption import problem_of_redemption
from checkout.api.shapes.examples import REFUND_ANSWER, REFUND_REQUEST
from checkout.api.shapes.order import LineIdAnswer
from checkout.api.shapes.refund import DeductionAnswer, RefundAnswerBody, RefundBody, RefundedLineAnswer
from checkout.models import RefundReason
from checkout.services.ledger import OrderTooLargeError, UnknownOrderError
from checkout.services.redemption import RedemptionError
from checkout.services.refund import RefundedAmount, cancel_order, refund_amount, refund_order
from checkout.services.refund_answer import RefundAnswer, RefundedShare
from checkout.services.returned_lines import RefundRefusedError, ReturnedLine
from gateway.api.idempotency import OPTIONAL_IDEMPOTENCY_KEY, answer_once
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError, invalid_field
from gateway.api.render import money
from gateway.api.views import ApiView, answer

_decoder: Final = msgspec.json.Decoder(RefundBody)


class RefundsView(ApiView):
    """The refunds of an order."""

    @describe(
        "refund_order",
        "Refund an order",
        tag="Orders",
        body=RefundBody,
        example=REFUND_REQUEST,
        answers={200: RefundAnswerBody, 201: RefundAnswerBody},
        answer_examples={"answer": REFUND_ANSWER},
        problems=(400, 401, 403, 404, 409, 410, 411, 413, 415, 422, 429, 503),
        parameters=[ORDER_ID, OPTIONAL_IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, order_id: str) -> HttpResponse:
        """Calculate the refund of returned units, an amount or a cancelled order.

        Record it unless it is a preview.
        """
        body = self.read(request, _decoder)
        _require_one(body)

        def work() -> tuple[msgspec.Struct, int]:
            return _refund(order_id, body), HTTPStatus.CREATED

        try:
            return answer(_refund(order_id, body)) if body.preview else answer_once(request, body, work)
        except UnknownOrderError as error:
            raise ProblemError("unknown_order", str(error)) from error
        except OrderTooLargeError as error:
            raise ProblemError("order_too_large", str(error)) from error
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        except RefundRefusedError as error:
            code = "refund_exceeds" if error.is_beyond else "invalid_request"
            detail = f"{error} See {error.errors[0].pointer}."
            raise ProblemError(code, detail, errors=error.errors) from error


def _refund(order_id: str, body: RefundBody) -> RefundAnswerBody:
    at = now()
    if body.cancelled:
        refund = cancel_order(order_id=order_id, is_preview=body.preview, at=at)
    elif body.amount is not None:
        reason = RefundReason(body.reason or RefundReason.GOODWILL)
        wanted = RefundedAmount(body.amount.amount, body.amount.currency, reason)
        refund = refund_amount(order_id=order_id, wanted=wanted, is_preview=body.preview, at=at)
    else:
        returned = [ReturnedLine(line.line, line.quantity, line.id) for line in body.lines or ()]
        refund = refund_order(order_id=order_id, returned=returned, is_preview=body.preview, at=at)
    return _render(refund, order_id, is_preview=body.preview)


def _require_one(body: RefundBody) -> None:
    """Refuse a body unless it has one of returned lines, an amount and a cancellation."""
    if body.cancelled and body.lines is not None:
        detail = "Leave out lines if the order is cancelled: all of them are refunded."
        raise invalid_field("/lines", "out_of_place", detail)
    if body.amount is not None and (body.cancelled or body.lines is not None):
        detail = "Refund an amount in a separate request, without lines or cancelled."
        raise invalid_field("/amount", "out_of_place", detail)
    if body.reason is not None and body.amount is None:
        raise invalid_field("/reason", "out_of_place", "Send a reason only with an amount.")
    if not body.cancelled and body.lines is None and body.amount is None:
        raise invalid_field("/lines", "required", "Send the returned lines, an amount, or cancelled: true.")
    for place, line in enumerate(body.lines or ()):
        if (line.line is None) == (line.id is None):
            detail = "Name the line either by its number in the quote or by its own ID."
            code = "required" if line.line is None else "out_of_place"
            raise invalid_field(f"/lines/{place}/{'line' if line.line is None else 'id'}", code, detail)


def _render(refund: RefundAnswer, order_id: str, *, is_preview: bool) -> RefundAnswerBody:
    allocation, currency = refund.allocation, refund.allocation.currency
    return RefundAnswerBody(
        order_id=order_id,
        preview=is_preview,
        reason=refund.reason,
        lines=[_line(share, currency) for share in refund.shares],
        offers=[
            DeductionAnswer(one.offer, one.policy, money(one.deducted_minor, currency))
            for one in refund.offers
        ],
        keep=money(refund.keep_minor, currency),
        claw_back=money(refund.claw_back_minor, currency),
        shipping=money(refund.shipping_minor, currency),
        amount=money(refund.refund.gross_minor, currency),
        net=money(refund.refund.net_minor, currency),
        tax=money(refund.refund.tax_minor, currency),
        refunded=money(refund.refunded_minor, currency),
        by_amount=money(refund.by_amount_minor, currency),
        paid=money(allocation.paid_minor, currency),
    )


def _line(one: RefundedShare, currency: str) -> RefundedLineAnswer:
    return RefundedLineAnswer(
        line=one.line.position,
        of=[LineIdAnswer(own, units) for own, units in sorted(one.ids.items())],
        sku=one.line.sku,
        quantity=one.quantity,
        net=money(one.share.net_minor, currency),
        tax=money(one.share.tax_minor, currency),
        gross=money(one.share.gross_minor, currency),
    )
