"""Redeem a quote: reserve its uses, then commit them with an order or release them.

A quote is valid until it expires, even if its offers change in the meantime. Only used-up limits or budgets
can prevent its redemption. A gift that is sold out takes only itself away. Once redeemed, its prices are
charged whenever the payment arrives, even after the reservation has expired.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from checkout.models import HOLDING_STATES, Quote, RedeemedOffer, Redemption, RedemptionState
from checkout.services.code_uses import CodeUsedUpError, take_codes
from checkout.services.gone_gifts import take_gifts_of
from checkout.services.late_payment import take_late
from checkout.services.quote_id import InvalidQuoteIdError, read_quote_id
from checkout.services.usage import LimitReachedError, UsedOffer, return_uses, take_uses
from engine.moments import format_moment
from engine.promise.frozen_quote import AskedLine, FrozenQuote, UnreadableQuoteError, same_cart, thaw
from offers.services.customer import known_customers

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
    *,
    quote_id: str,
    cart: tuple[AskedLine, ...] | None,
    at: datetime,
    customer: str | None = None,
    hold: timedelta | None = None,
) -> Redemption:
    """Reserve the limits and budgets of a quote: all of them, or none with a RedemptionError.

    Of its gifts, those that are in stock are taken. `cart` and `customer` are what the shopper is about to
    pay for and the shop's own ID of the shopper. If given, they must match the quote, which a page may have
    requested for another customer. `hold` is how long all of it stays reserved; by default
    AWASE_RESERVATION_MINUTES.
    """
    hold = hold or timedelta(minutes=settings.AWASE_RESERVATION_MINUTES)
    try:
        return _reserve(quote_id, cart, customer, at, hold)
    except LimitReachedError as error:
        raise _limit_reached(quote_id, error) from error
    except CodeUsedUpError as error:
        detail = _("The promotion code has been used up. Request a new quote without it.")
        raise RedemptionError("code_used_up", detail, _codes_of(quote_id, error.offers)) from error


def freeing_overdue(attempt: Callable[[], Answer], *, at: datetime) -> Answer:
    """Return the result of an attempt to reserve; retry once if a limit was reached or a code used up.

    Before the retry, overdue reservations are released: they may hold some of the limit. Call it outside of
    transactions. Within one, the released rows would stay locked in another order than reserving locks them.
    """
    try:
        return attempt()
    except RedemptionError as error:
        if error.code not in {"limit_reached", "code_used_up"} or not expire_reservations(at=at):
            raise
        return attempt()


@transaction.atomic
def _reserve(
    quote_id: str, cart: tuple[AskedLine, ...] | None, customer: str | None, at: datetime, hold: timedelta
) -> Redemption:
    quote = _locked_quote(quote_id, at)
    _require_free(quote, at)
    if quote.expires_at <= at:
        raise RedemptionError(
            "quote_expired",
            _("The quote expired at %s. Request a new quote.") % _in_seconds(quote.expires_at),
        )
    if customer is not None and not _is_for(quote, customer):
        detail = _("The quote is for another customer. Request a new quote.")
        raise RedemptionError("customer_changed", detail)
    frozen = thaw_quote(quote)
    if cart is not None and not same_cart(cart, frozen.asked):
        raise RedemptionError("cart_changed", _("The cart differs from the quote. Request a new quote."))
    redemption = Redemption.objects.create(quote=quote, reserved_at=at, expires_at=at + hold)
    _take(redemption, frozen)
    return redemption


def _is_for(quote: Quote, customer: str) -> bool:
    """Return whether a quote is for this customer, also under an id that was merged into theirs."""
    owner = quote.customer
    if owner is None or owner.external_id == customer:
        return owner is not None
    return known_customers(external_ids=[customer]).get(customer) == (owner.merged_into_id or owner.pk)


def thaw_quote(quote: Quote) -> FrozenQuote:
    """Return the content of a quote; raise RedemptionError if an incompatible version created it."""
    try:
        return thaw(quote.content)
    except UnreadableQuoteError as error:
        detail = _("This quote was created by an incompatible version. Request a new quote.")
        raise RedemptionError("quote_outdated", detail) from error


def _take(redemption: Redemption, frozen: FrozenQuote) -> None:
    """Count the uses of the offers and codes, take the gifts, and store all of it with the redemption."""
    outcomes = frozen.priced.outcomes
    uses = [UsedOffer(one.offer.id, outcomes[one.offer.id].discount_minor) for one in frozen.offers]
    existing = take_uses(uses=uses, customer_id=redemption.quote.customer_id).offers
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
    take_codes(redemption=redemption, frozen=frozen)


def _require_free(quote: Quote, at: datetime) -> None:
    """Refuse a quote that is reserved or committed; expire an overdue reservation."""
    holding = quote.redemptions.holding().first()
    if holding is None:
        return
    if holding.state == RedemptionState.COMMITTED:
        raise _charged(holding)
    if holding.expires_at > at:
        raise RedemptionError("quote_used", _("The quote is already reserved. Commit or release it."))
    # Unless another transaction has expired it in the meantime.
    if _move(holding, RedemptionState.RESERVED, RedemptionState.EXPIRED, at):
        return_uses(redemptions=[holding.pk])


@transaction.atomic
def extend_quote(*, quote_id: str, hold: timedelta, at: datetime) -> Redemption:
    """Reserve a redeemed quote for `hold` from its redemption, or longer if it already is."""
    last = _last_redemption(_locked_quote(quote_id, at))
    if last.state == RedemptionState.COMMITTED:
        raise _charged(last)
    if last.state == RedemptionState.RELEASED:
        raise _released()
    until = max(last.expires_at, last.reserved_at + hold)
    # The worker may have expired it in the meantime.
    held = Redemption.objects.filter(pk=last.pk, state=RedemptionState.RESERVED, expires_at__gt=at)
    if not held.update(expires_at=until):
        detail = _("The reservation expired at %s. The quote can still be committed.")
        raise RedemptionError("reservation_expired", detail % _in_seconds(last.expires_at))
    last.expires_at = until
    return last


@transaction.atomic
def commit_redemption(*, quote_id: str, order_id: str, at: datetime) -> Redemption:
    """Make the reservation of a quote permanent; repeating it with the same order changes nothing.

    A reservation that has expired takes its uses and gifts again; `exceeded` then names the offers whose
    limits no longer suffice. Call it in the transaction that records the order.
    """
    last = _last_redemption(_locked_quote(quote_id, at))
    if last.state == RedemptionState.COMMITTED and last.order_id == order_id:
        return last
    if last.state == RedemptionState.COMMITTED:
        raise _charged(last)
    if last.state == RedemptionState.RELEASED:
        raise _released()
    if not _move(last, RedemptionState.RESERVED, RedemptionState.COMMITTED, at, order_id):
        _move(last, RedemptionState.EXPIRED, RedemptionState.COMMITTED, at, order_id)
        take_late(redemption=last, frozen=thaw_quote(last.quote))
    return last


@transaction.atomic
def release_quote(*, quote_id: str, at: datetime) -> Redemption:
    """Release the reservation of a quote, also an expired one; repeating it changes nothing.

    The quote can then no longer be committed without being redeemed again.
    """
    last = _last_redemption(_locked_quote(quote_id, at))
    if last.state == RedemptionState.COMMITTED:
        raise _charged(last)
    if _move(last, RedemptionState.RESERVED, RedemptionState.RELEASED, at):
        return_uses(redemptions=[last.pk])
    else:
        _move(last, RedemptionState.EXPIRED, RedemptionState.RELEASED, at)
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


def _move(
    redemption: Redemption, before: RedemptionState, after: RedemptionState, at: datetime, order_id: str = ""
) -> bool:
    """Change the state if it is `before`; return whether it was.

    The caller has locked the quote; only the worker may expire a reservation in the meantime.
    """
    current = Redemption.objects.filter(pk=redemption.pk, state=before)
    if not current.update(state=after, settled_at=at, order_id=order_id):
        return False
    redemption.state, redemption.settled_at, redemption.order_id = after, at, order_id
    return True


def present_redemption(*, quote_id: str, at: datetime) -> Redemption:
    """Return the newest redemption of a quote; raise RedemptionError if there is none."""
    return _last_redemption(_locked_quote(quote_id, at))


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


def _last_redemption(quote: Quote) -> Redemption:
    """Return the newest redemption, which decides what can be done with the quote."""
    last = quote.redemptions.order_by("-pk").first()
    if last is None:
        raise RedemptionError("not_reserved", _("The quote is not reserved. Redeem it first."))
    return last


def _released() -> RedemptionError:
    detail = _("The reservation was released. Redeem the quote again, or request a new one.")
    return RedemptionError("not_reserved", detail)


def _charged(redemption: Redemption) -> RedemptionError:
    detail = _("Order %s was already charged through this quote.") % redemption.order_id
    return RedemptionError("quote_used", detail)


def _limit_reached(quote_id: str, error: LimitReachedError) -> RedemptionError:
    """Return the error that names the offers by their codes."""
    codes = _codes_of(quote_id, error.offers)
    detail = _("These offers have reached their limits: %s. Request a new quote.")
    return RedemptionError("limit_reached", detail % ", ".join(sorted(codes)), codes)


def _codes_of(quote_id: str, offers: Collection[int]) -> set[str]:
    """Return the codes of some offers of a quote."""
    quote = Quote.objects.get(public_id=read_quote_id(quote_id).public_id)
    return {one.code for one in thaw_quote(quote).offers if one.offer.id in offers}


def _in_seconds(moment: datetime) -> str:
    return format_moment(moment, timespec="seconds")


def prune_quotes(*, at: datetime) -> int:
    """Delete quotes that expired long ago and were never charged; return how many.

    A redeemed quote is kept for AWASE_LATE_PAYMENT_DAYS after its reservation, because its payment may arrive
    late. Small transactions are used, because on SQLite all other writers wait for each of them.
    """
    long_ago = at - timedelta(days=settings.AWASE_QUOTE_DAYS)
    payable_since = at - timedelta(days=settings.AWASE_LATE_PAYMENT_DAYS)
    is_payable = Q(state=RedemptionState.EXPIRED, expires_at__gte=payable_since)
    held = Redemption.objects.filter(Q(state__in=HOLDING_STATES) | is_payable, quote=OuterRef("pk"))
    old = Quote.objects.filter(~Exists(held), expires_at__lt=long_ago).order_by("expires_at", "pk")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        count += Quote.objects.filter(among("pk", keys)).defer("content").delete()[1]["checkout.Quote"]
    return count
