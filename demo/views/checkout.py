"""The checkout of the shop's own server, which is not part of Awase's API."""

from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from msgspec import Meta

from checkout.api.quote import asked_line
from checkout.api.redemption import problem_of_redemption
from checkout.api.shapes.quote import MAX_LINES, RedeemLine
from checkout.services.commit import Committed
from checkout.services.redemption import RedemptionError
from demo.services.checkout import order_id_of, place_order
from gateway.api.problems import ProblemError, problem_of, render_problem
from gateway.api.reader import read_body, read_json
from gateway.api.render import money
from gateway.api.shapes.types import Id, Money
from gateway.api.views import answer

MAX_BODY_BYTES: Final = 65_536


class CheckoutBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The quote to charge, its cart and its customer."""

    quote_id: Annotated[str, Meta(max_length=64)]
    cart: Annotated[tuple[RedeemLine, ...], Meta(min_length=1, max_length=MAX_LINES)]
    customer: Id | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The receipt of an order, with links to its pages in the admin."""

    order_id: str
    paid: Money
    order_page: str
    allocation_page: str


_decoder: Final = msgspec.json.Decoder(CheckoutBody)


@require_POST
def checkout(request: HttpRequest) -> HttpResponse:
    """Place the order of a quote, or return a problem like the API."""
    try:
        body = read_json(read_body(request, MAX_BODY_BYTES), _decoder)
        cart = tuple(map(asked_line, body.cart))
        placed = place_order(quote_id=body.quote_id, cart=cart, customer=body.customer, at=now())
    except RedemptionError as error:
        return render_problem(problem_of_redemption(error), request)
    except (ProblemError, OperationalError) as error:
        return render_problem(problem_of(error), request)
    status = HTTPStatus.CREATED if placed.is_new else HTTPStatus.OK
    return answer(_receipt(placed, order_id_of(body.quote_id)), status)


def _receipt(placed: Committed, order_id: str) -> Receipt:
    allocation = placed.allocation
    return Receipt(
        order_id=order_id,
        paid=money(allocation.paid_minor, allocation.currency),
        order_page=reverse("admin:checkout_order_change", args=[allocation.order_id]),
        allocation_page=reverse("admin:checkout_allocation_change", args=[allocation.pk]),
    )
