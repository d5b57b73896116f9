"""Commit a redeemed quote with an order."""

from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request

from checkout.api.order_id import require_order_id
from checkout.api.redemption import QUOTE_ID, problem_of_redemption, render_notes
from checkout.api.render_order import paid_line
from checkout.api.shapes.examples import COMMIT_ANSWER, COMMIT_REQUEST
from checkout.api.shapes.order import AllocatedAnswer, CommitAnswer, CommitBody
from checkout.models import RedemptionState
from checkout.services.commit import CommitRefusedError, Committed, commit_quote
from checkout.services.order_values import SentAmount
from checkout.services.redemption import RedemptionError
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.render import money
from gateway.api.views import ApiView, answer

_decoder: Final = msgspec.json.Decoder(CommitBody)


class CommitView(ApiView):
    """Commit a redeemed quote with an order."""

    @describe(
        "commit_quote",
        "Commit a redeemed quote",
        tag="Quotes",
        body=CommitBody,
        example=COMMIT_REQUEST,
        answers={200: CommitAnswer, 201: CommitAnswer},
        answer_examples={"answer": COMMIT_ANSWER},
        problems=(400, 401, 403, 409, 410, 411, 413, 415, 429, 503),
        parameters=[QUOTE_ID],
    )
    def post(self, request: Request, quote_id: str) -> HttpResponse:
        """Record the order that is charged through the quote. Repeating the call changes nothing.

        A payment that arrives after the reservation is accepted at the prices of the quote.
        """
        body = self.read(request, _decoder)
        require_order_id(body.order_id)
        try:
            committed = commit_quote(
                quote_id=quote_id,
                order_id=body.order_id,
                placed_at=body.placed_at,
                shipping=SentAmount(body.shipping.amount, body.shipping.currency) if body.shipping else None,
                at=now(),
            )
        except RedemptionError as error:
            raise problem_of_redemption(error) from error
        except CommitRefusedError as error:
            raise ProblemError("invalid_request", str(error), errors=error.errors) from error
        status = HTTPStatus.CREATED if committed.is_new else HTTPStatus.OK
        return answer(_render(committed, quote_id, body.order_id), status)


def _render(committed: Committed, quote_id: str, order_id: str) -> CommitAnswer:
    allocation = committed.allocation
    return CommitAnswer(
        quote_id=quote_id,
        order_id=order_id,
        state=RedemptionState.COMMITTED,
        paid=money(allocation.paid_minor, allocation.currency),
        shipping=money(allocation.shipping_minor, allocation.currency),
        lines=[AllocatedAnswer(**paid_line(line, allocation.currency)) for line in committed.lines],
        notes=render_notes(committed.notes),
    )
