"""The checkout of the shop's own server, which is not part of Awase's API."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from msgspec import Meta

from checkout.api.quote import asked_line
from checkout.api.redemption import hold_of, problem_of_redemption
from checkout.api.shapes.quote import MAX_LINES, HoldMinutes, RedeemLine
from checkout.services.commit import Committed
from checkout.services.redemption import RedemptionError
from demo.services.checkout import order_id_of, place_order, reserve_order
from demo.services.orders import shop_notes
from demo.views.language import requested_language
from demo.views.remembered import remember_order
from demo.views.texts import note_texts
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


class PayLaterBody(CheckoutBody, frozen=True, kw_only=True):
    """The quote to reserve, and for how long."""

    hold_minutes: HoldMinutes


class Receipt(msgspec.Struct, frozen=True):
    """The receipt of an order, with links to its pages in the admin."""

    order_id: str
    paid: Money
    notes: list[str]
    order_page: str
    allocation_page: str


class ReservedOrder(msgspec.Struct, frozen=True):
    """An order that is not paid yet, and the page on which it can be paid."""

    order_id: str
    page: str


_decoder: Final = msgspec.json.Decoder(CheckoutBody)
_later_decoder: Final = msgspec.json.Decoder(PayLaterBody)


def answering_problems(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer errors of a view with a problem like the API."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RedemptionError as error:
            return render_problem(problem_of_redemption(error), request)
        except (ProblemError, OperationalError) as error:
            return render_problem(problem_of(error), request)

    return answered


@require_POST
@answering_problems
def checkout(request: HttpRequest) -> HttpResponse:
    """Place the order of a quote and pay it."""
    body = read_json(read_body(request, MAX_BODY_BYTES), _decoder)
    cart = tuple(map(asked_line, body.cart))
    placed = place_order(quote_id=body.quote_id, cart=cart, customer=body.customer, at=now())
    status = HTTPStatus.CREATED if placed.is_new else HTTPStatus.OK
    return answer(_receipt(placed, body.quote_id, requested_language(request)), status)


@require_POST
@answering_problems
def pay_later(request: HttpRequest) -> HttpResponse:
    """Reserve the order of a quote until it is paid at a convenience store or by bank transfer."""
    body = read_json(read_body(request, MAX_BODY_BYTES), _later_decoder)
    cart, hold = tuple(map(asked_line, body.cart)), hold_of(body.hold_minutes)
    reserve_order(quote_id=body.quote_id, cart=cart, customer=body.customer, hold=hold, at=now())
    remember_order(request, body.quote_id)
    page = reverse("demo:order", args=[body.quote_id])
    return answer(ReservedOrder(order_id_of(body.quote_id), page), HTTPStatus.CREATED)


def _receipt(placed: Committed, quote_id: str, language: str) -> Receipt:
    allocation = placed.allocation
    with translation.override(language):
        notes = note_texts(shop_notes(notes=placed.notes, language=language))
    return Receipt(
        order_id=order_id_of(quote_id),
        paid=money(allocation.paid_minor, allocation.currency),
        notes=notes,
        order_page=reverse("admin:checkout_order_change", args=[allocation.order_id]),
        allocation_page=reverse("admin:checkout_allocation_change", args=[allocation.pk]),
    )
