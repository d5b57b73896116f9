"""Quotes: exact prices of a cart, guaranteed until they expire."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request

from checkout.api.code_guesses import CodeGuesses
from checkout.api.render_quote import render_quote
from checkout.api.shapes.examples import QUOTE_ANSWER, QUOTE_REQUEST
from checkout.api.shapes.quote import (
    QuoteAnswer,
    QuoteBody,
    QuoteCartLine,
    QuoteOption,
    RedeemLine,
)
from checkout.services.quote import (
    AcceptedProposal,
    QuoteLine,
    QuoteRefusedError,
    QuoteRequest,
    price_quote,
)
from engine.promise.frozen_quote import AskedLine, AskedOption
from engine.sku import normalize_sku
from gateway.api.authentication import AnyKey, key_of
from gateway.api.customers import Shopper, shopper_of
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.shapes.problem import FieldError
from gateway.api.views import ApiView, answer
from offers.api.locales import language_tag_of
from offers.api.serving import current_snapshot

_decoder: Final = msgspec.json.Decoder(QuoteBody)


class QuotesView(ApiView):
    """Price a cart with the proposals that the shopper accepted."""

    permission_classes = (AnyKey,)
    is_for_browsers = True
    max_body_bytes = 2_097_152

    @describe(
        "price_quote",
        "Create a quote",
        tag="Quotes",
        body=QuoteBody,
        example=QUOTE_REQUEST,
        answers={201: QuoteAnswer},
        answer_examples={"answer": QUOTE_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Price a cart with the current offers, and guarantee the prices until the quote expires."""
        body, key = self.read(request, _decoder), key_of(request)
        shopper = shopper_of(key, body.customer, body.customer_token)
        require_intervals(body.cart)
        _require_unique_ids(body.cart)
        snapshot = current_snapshot()
        guesses = CodeGuesses(request, key, body.codes)
        try:
            asked = _request(body, shopper, is_public=not key.is_secret)
            quote = price_quote(request=asked, snapshot=snapshot, key_id=key.id, at=now())
        except QuoteRefusedError as error:
            guesses.settle(())
            named = ", ".join(field.pointer for field in error.errors[:5])
            detail = f"The cart cannot be priced: see {named}."
            raise ProblemError("invalid_request", detail, errors=error.errors) from error
        guesses.settle(quote.notes)
        headers = {"Cache-Control": "no-store"}
        ids = [line.id for line in body.cart]
        return answer(render_quote(quote, snapshot, ids), HTTPStatus.CREATED, headers)


def _request(body: QuoteBody, shopper: Shopper, *, is_public: bool) -> QuoteRequest:
    return QuoteRequest(
        cart=tuple(_line(line) for line in body.cart),
        accepted=tuple(
            AcceptedProposal(decision_token=one.decision_id, offer=one.offer, position=one.position)
            for one in body.accept
        ),
        codes=body.codes,
        is_public=is_public,
        customer=shopper.customer,
        is_claimed=not shopper.is_proven,
        visitor=body.visitor,
        currency=body.currency,
        locale=language_tag_of(body.locale),
        country=body.country or "",
        context=body.context,
    )


def _line(line: QuoteCartLine) -> QuoteLine:
    price = line.unit_price
    return QuoteLine(
        asked=asked_line(line),
        line_id=line.id,
        client_price=None if price is None else (price.amount, price.currency),
    )


def require_intervals(cart: Iterable[QuoteCartLine | RedeemLine]) -> None:
    """Refuse a delivery number on a line that is not a subscription."""
    detail = "Only subscriptions have delivery numbers. Send interval_days, or leave out cycle."
    errors = [
        FieldError(f"/cart/{place}/cycle", "interval_required", detail)
        for place, line in enumerate(cart)
        if line.cycle is not None and line.interval_days is None
    ]
    if errors:
        raise ProblemError("invalid_request", detail, errors=errors)


def _require_unique_ids(cart: Sequence[QuoteCartLine]) -> None:
    """Refuse an ID that an earlier line of the cart has."""
    detail = "Another line of the cart has this ID."
    first = {line.id: place for place, line in reversed(list(enumerate(cart)))}
    errors = [
        FieldError(f"/cart/{place}/id", "duplicate_id", detail)
        for place, line in enumerate(cart)
        if line.id is not None and first[line.id] != place
    ]
    if errors:
        raise ProblemError("invalid_request", detail, errors=errors)


def asked_line(line: QuoteCartLine | RedeemLine) -> AskedLine:
    """Return a requested line in the form in which lines are compared."""
    return AskedLine(
        sku=normalize_sku(line.sku),
        quantity=line.quantity,
        interval_days=line.interval_days or 0,
        cycle=line.cycle or 1,
        options=tuple(map(_option, line.options)),
    )


def _option(option: QuoteOption) -> AskedOption:
    return AskedOption(normalize_sku(option.sku), option.quantity)
