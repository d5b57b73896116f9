"""Redeem a quote: reserve its uses, then commit them with an order or release them.

A quote is valid until it expires, even if its offers change in the meantime. Only used-up limits or budgets
can prevent its redemption. A gift that is sold out takes only itself away.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from checkout.models import Quote, RedeemedOffer, Redemption, RedemptionState
from checkout.services.gone_gifts import take_gifts_of
from checkout.services.quote_id import InvalidQuoteIdError, read_quote_id
from checkout.services.usage import LimitReachedError, Use, return_uses, take_uses
from engine.moments import format_moment
from engine.promise.frozen_quote import AskedLine, FrozenQuote, UnreadableQuoteError, same_cart, thaw

Answer = TypeVar("Answer")

# How many overdue reservations are released, or old quotes deleted, per transaction.
_BATCH: Final = 500


class RedemptionError(Exception):
    """Why a quote cannot be redeemed, committed or released: a stable code, a sentence and offer codes."""

    def __init__(self, code: str, detail: str, offers: Collection[str] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.offers = tuple(sorted(offers))


def reserve_quote(
    *, quote_id: str, cart: tuple[AskedLine, ...] | None, at: datetime, customer: str | None = None
) -> Redemption:
    """Reserve the limits and budgets of a quote: all of them, or none with a RedemptionError.

    Of its gifts, those that are in stock are taken.
    `cart` and `customer` are what the shopper is about to pay for and the shop's own ID of the shopper. If
    given, they must match the quote, which a page may have requested for another customer.
    """
    try:
        return _reserve(quote_id, cart, customer, at)
    except LimitReachedError as error:
        raise _limit_reached(quote_id, error) from error


def freeing_overdue(attempt: Callable[[], Answer], *, at: datetime) -> Answer:
    """Return the result of an attempt to reserve; retry once if a limit was reached.

    Before the retry, overdue reservations are released: they may hold some of the limit. Call it outside of
    transactions. Within one, the released rows would stay locked in another order than reserving locks them.
    """
    try:
        return attempt()
    except RedemptionError as error:
        if error.code != "limit_reached" or not expire_reservations(at=at):
            raise
        return attempt()


@transaction.atomic
def _reserve(
    quote_id: str, cart: tuple[AskedLine, ...] | None, customer: str | None, at: datetime
) -> Redemption:
    quote = _locked_quote(quote_id, at)
    _require_free(quote, at)
    if quote.expires_at <= at:
        raise RedemptionError(
            "quote_expired",
            _("The quote expired at %s. Request a new quote.") % _in_seconds(quote.expires_at),
        )
    if customer is not None and (quote.customer is None or quote.customer.external_id != customer):
        detail = _("The quote is for another customer. Request a new quote.")
        raise RedemptionError("customer_changed", detail)
    frozen = thaw_quote(quote)
    if cart is not None and not same_cart(cart, frozen.asked):
        raise RedemptionError("cart_changed", _("The cart differs from the quote. Request a new quote."))
    redemption = Redemption.objects.create(
        quote=quote,
        reserved_at=at,
        expires_at=at + timedelta(minutes=settings.AWASE_RESERVATION_MINUTES),
    )
    _take(redemption, frozen)
    return redemption


def thaw_quote(quote: Quote) -> FrozenQuote:
    """Return the content of a quote; raise RedemptionError if an incompatible version created it."""
    try:
        return thaw(quote.content)
    except UnreadableQuoteError as error:
        detail = _("An incompatible version created this quote. Request a new quote.")
        raise RedemptionError("quote_outdated", detail) from error


def _take(redemption: Redemption, frozen: FrozenQuote) -> None:
    """Count the uses of the offers, take the gifts, and store both with the redemption."""
    outcomes = frozen.priced.outcomes
    uses = [Use(one.offer.id, outcomes[one.offer.id].discount_minor) for one in frozen.offers]
    existing = take_uses(uses=uses, customer_id=redemption.quote.customer_id)
    take_gifts_of(redemption=redemption, frozen=frozen)
    RedeemedOffer.objects.bulk_create(
        RedeemedOffer(
            redemption=redemption,
            offer_id=use.offer if use.offer in existing else None,
            offer_code=one.code,
            version=one.version,
            discount_minor=use.discount_minor,
        )
        for one, use in zip(frozen.offers, uses, strict=True)
    )


def _require_free(quote: Quote, at: datetime) -> None:
    """Refuse a quote that is reserved or committed; expire an overdue reservation."""
    holding = quote.redemptions.holding().first()
    if holding is None:
        return
    if holding.state == RedemptionState.RESERVED and holding.expires_at <= at:
        _settle(holding, RedemptionState.EXPIRED, at)
    elif holding.state == RedemptionState.RESERVED:
        raise RedemptionError("quote_used", _("The quote is already reserved. Commit or release it."))
    else:
        raise RedemptionError(
            "quote_used", _("Order %s was already charged through this quote.") % holding.order_id
        )


@transaction.atomic
def commit_redemption(*, quote_id: str, order_id: str, at: datetime) -> Redemption:
    """Make the reservation of a quote permanent; repeating it with the same order changes nothing.

    Call it in the transaction that records the order.
    """
    quote = _locked_quote(quote_id, at)
    holding = quote.redemptions.holding().first()
    if holding is None:
        raise _not_reserved(quote)
    if holding.state == RedemptionState.COMMITTED:
        if holding.order_id != order_id:
            raise RedemptionError(
                "quote_used", _("Order %s was already charged through this quote.") % holding.order_id
            )
        return holding
    if holding.expires_at <= at:
        detail = _("The reservation expired at %s. Redeem the quote again.") % _in_seconds(holding.expires_at)
        raise RedemptionError("reservation_expired", detail)
    _change(holding, RedemptionState.COMMITTED, at, order_id=order_id)
    return holding


@transaction.atomic
def release_quote(*, quote_id: str, at: datetime) -> Redemption:
    """Release the reservation of a quote; repeating it changes nothing."""
    quote = _locked_quote(quote_id, at)
    last = quote.redemptions.order_by("-pk").first()
    if last is None:
        raise _not_reserved(quote)
    if last.state == RedemptionState.COMMITTED:
        raise RedemptionError(
            "quote_used", _("Order %s was already charged through this quote.") % last.order_id
        )
    if last.state == RedemptionState.RESERVED:
        is_overdue = last.expires_at <= at
        _settle(last, RedemptionState.EXPIRED if is_overdue else RedemptionState.RELEASED, at)
    return last


def give_back(*, quote: Quote) -> None:
    """Restore the limits, budgets and gifts that a charged quote used, when its order is cancelled.

    The quote stays charged. Call it once, in the transaction that records the cancellation.
    """
    charged = quote.redemptions.filter(state=RedemptionState.COMMITTED)
    return_uses(redemptions=list(charged.values_list("pk", flat=True)))


@transaction.atomic
def expire_reservations(*, at: datetime) -> int:
    """Release overdue reservations; return how many, at most `_BATCH`.

    Reservations that another transaction has locked are skipped.
    """
    overdue = Redemption.objects.overdue_at(at).order_by("expires_at", "pk")
    keys = list(overdue.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_BATCH])
    if not keys:
        return 0
    return_uses(redemptions=keys)
    return Redemption.objects.filter(among("pk", keys)).update(state=RedemptionState.EXPIRED, settled_at=at)


def _settle(redemption: Redemption, state: RedemptionState, at: datetime) -> None:
    """End a reservation and restore what it used."""
    _change(redemption, state, at)
    return_uses(redemptions=[redemption.pk])


def _change(redemption: Redemption, state: RedemptionState, at: datetime, order_id: str = "") -> None:
    """Change the state, unless another transaction ended the reservation in the meantime."""
    reserved = Redemption.objects.filter(pk=redemption.pk, state=RedemptionState.RESERVED)
    if not reserved.update(state=state, settled_at=at, order_id=order_id):
        raise RedemptionError("not_reserved", _("The reservation has already ended."))
    redemption.state, redemption.settled_at, redemption.order_id = state, at, order_id


def _locked_quote(quote_id: str, at: datetime) -> Quote:
    """Return the quote, locked with its redemptions until the end of the transaction."""
    try:
        named = read_quote_id(quote_id)
    except InvalidQuoteIdError as error:
        raise RedemptionError("quote_invalid", str(error)) from error
    quote = Quote.objects.select_for_update(no_key=True).filter(public_id=named.public_id).first()
    if quote is not None:
        return quote
    if named.expires_at <= at.timestamp():
        held_until = datetime.fromtimestamp(named.expires_at, UTC)
        raise RedemptionError(
            "quote_expired", _("The quote expired at %s. Request a new quote.") % _in_seconds(held_until)
        )
    raise RedemptionError("quote_invalid", _("The quote does not exist."))


def _not_reserved(quote: Quote) -> RedemptionError:
    """Return why a quote without a reservation cannot be committed or released."""
    last = quote.redemptions.order_by("-pk").first()
    if last is not None and last.state == RedemptionState.EXPIRED:
        detail = _("The reservation expired at %s. Redeem the quote again.") % _in_seconds(last.expires_at)
        return RedemptionError("reservation_expired", detail)
    return RedemptionError("not_reserved", _("The quote is not reserved. Redeem it first."))


def _limit_reached(quote_id: str, error: LimitReachedError) -> RedemptionError:
    """Return the error that names the offers by their codes."""
    quote = Quote.objects.get(public_id=read_quote_id(quote_id).public_id)
    frozen = thaw_quote(quote)
    codes = {one.code for one in frozen.offers if one.offer.id in error.offers}
    detail = _("These offers have reached their limits: %s. Request a new quote.")
    return RedemptionError("limit_reached", detail % ", ".join(sorted(codes)), codes)


def _in_seconds(moment: datetime) -> str:
    return format_moment(moment, timespec="seconds")


def prune_quotes(*, at: datetime) -> int:
    """Delete quotes that expired long ago and were never charged; return how many.

    Small transactions are used, because on SQLite all other writers wait for each of them.
    """
    long_ago = at - timedelta(days=settings.AWASE_QUOTE_DAYS)
    held = Redemption.objects.holding().filter(quote=OuterRef("pk"))
    old = Quote.objects.filter(~Exists(held), expires_at__lt=long_ago).order_by("expires_at", "pk")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        count += Quote.objects.filter(among("pk", keys)).defer("content").delete()[1]["checkout.Quote"]
    return count
