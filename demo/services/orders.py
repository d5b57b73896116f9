"""An order of the demo as its page shows it: its lines, until when it can be paid, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.amounts import money
from checkout.models import Allocation, Redemption, RedemptionState
from checkout.services.quote_id import InvalidQuoteIdError, read_quote_id
from checkout.services.redemption import RedemptionError, thaw_quote
from checkout.services.redemption_notes import RedemptionNote, redemption_notes
from demo.services.checkout import order_id_of
from demo.services.headlines import headlines_of
from engine.promise.frozen_quote import FrozenQuote
from offers.models import Offer

NOT_PAID = (RedemptionState.RESERVED, RedemptionState.EXPIRED)


class ShopOrderNotFoundError(Exception):
    """There is no order of this quote, or it was deleted long after its reservation."""


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A line of an order; an option belongs to the line above, a gift is free."""

    name: str
    quantity: int
    total: str
    is_option: bool
    is_gift: bool


@dataclass(frozen=True, slots=True)
class ShopNote:
    """A gift that is sold out, or an offer whose limit a late payment exceeds, by the name shoppers know.

    `code` is that of `RedemptionNote`.
    """

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order at one moment. `allocation` is what was charged, once it is paid."""

    quote_id: str
    order_id: str
    state: RedemptionState
    reserved_at: datetime
    expires_at: datetime
    is_late: bool
    to_pay: str
    saved: str | None
    lines: tuple[ShopLine, ...]
    notes: tuple[ShopNote, ...]
    allocation: Allocation | None


@dataclass(frozen=True, slots=True)
class UnpaidOrder:
    """An order that is not paid yet."""

    quote_id: str
    order_id: str
    to_pay: str


def read_order(*, quote_id: str, language: str, at: datetime) -> ShopOrder:
    """Return the order of a quote; raise ShopOrderNotFoundError if there is none."""
    redemption = _redemption(quote_id)
    quote = redemption.quote
    try:
        frozen = thaw_quote(quote)
    except RedemptionError as error:
        raise ShopOrderNotFoundError(quote_id) from error
    settled_at = redemption.settled_at
    is_paid = redemption.state == RedemptionState.COMMITTED
    return ShopOrder(
        quote_id=quote_id,
        order_id=order_id_of(quote_id),
        state=redemption.state_at(at),
        reserved_at=redemption.reserved_at,
        expires_at=redemption.expires_at,
        is_late=is_paid and settled_at is not None and settled_at >= redemption.expires_at,
        to_pay=money(quote.gross_minor, quote.currency),
        saved=money(quote.discount_minor, quote.currency) if quote.discount_minor else None,
        lines=_lines(frozen, quote.currency),
        notes=shop_notes(notes=redemption_notes(redemption), language=language),
        allocation=Allocation.objects.filter(quote=quote).first() if is_paid else None,
    )


def unpaid_orders(*, quote_ids: Collection[str]) -> list[UnpaidOrder]:
    """Return those orders that are not paid yet, the newest first. Quotes that do not exist are left out."""
    asked = {public: quote_id for quote_id in quote_ids if (public := _public_id(quote_id)) is not None}
    if not asked:
        return []
    waiting = Redemption.objects.filter(quote__public_id__in=asked, state__in=NOT_PAID)
    newest = waiting.select_related("quote").defer("quote__content").order_by("-pk")
    unpaid = {one.quote.public_id: one for one in newest}
    return [
        UnpaidOrder(
            quote_id=asked[public],
            order_id=order_id_of(asked[public]),
            to_pay=money(one.quote.gross_minor, one.quote.currency),
        )
        for public, one in unpaid.items()
    ]


def shop_notes(*, notes: Collection[RedemptionNote], language: str) -> tuple[ShopNote, ...]:
    """Return what a shopper has to know about a redemption, with the names of gifts and offers."""
    skus = {note.sku for note in notes if note.sku is not None}
    names = dict(Product.objects.filter(sku__in=skus).values_list("sku", "name")) if skus else {}
    codes = {note.offer for note in notes if note.sku is None}
    headlines = headlines_of(Offer.objects.filter(code__in=codes), language) if codes else {}
    return tuple(
        ShopNote(note.code, headlines.get(note.offer, note.offer))
        if note.sku is None
        else ShopNote(note.code, names.get(note.sku, note.sku))
        for note in notes
    )


def _redemption(quote_id: str) -> Redemption:
    """Return the newest redemption of a quote, which decides what can be done with the order."""
    public_id = _public_id(quote_id)
    last = (
        Redemption.objects.filter(quote__public_id=public_id).select_related("quote").order_by("-pk").first()
    )
    if public_id is None or last is None:
        raise ShopOrderNotFoundError(quote_id)
    return last


def _public_id(quote_id: str) -> str | None:
    try:
        return read_quote_id(quote_id).public_id
    except InvalidQuoteIdError:
        return None


def _lines(frozen: FrozenQuote, currency: str) -> tuple[ShopLine, ...]:
    keys = {line.product for line in frozen.priced.lines}
    names = dict(Product.objects.filter(among("pk", keys)).values_list("pk", "name"))
    return tuple(
        ShopLine(
            name=names.get(line.product, frozen.skus[line.product]),
            quantity=line.quantity,
            total=money(line.gross_minor, currency),
            is_option=line.parent is not None,
            is_gift=line.gift_of is not None,
        )
        for line in frozen.priced.lines
    )
