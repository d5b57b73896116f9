"""Redeem a quote: reserve its uses, then commit them with an order or release them.

A quote holds what it promises until it expires, whatever becomes of its offers meanwhile; only limits,
budgets and the stock of gifts can refuse it, because nobody can give away what is gone.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from checkout.models import Quote, RedeemedGift, RedeemedOffer, Redemption, RedemptionState
from checkout.services.quote_id import InvalidQuoteIdError, read_quote_id
from checkout.services.usage import LimitReachedError, Use, return_uses, take_gifts, take_uses
from engine.moments import format_moment
from engine.promise.frozen_quote import AskedLine, FrozenQuote, UnreadableQuoteError, same_cart, thaw

Answer = TypeVar("Answer")

# So many overdue reservations are freed, or old quotes deleted, in one transaction.
_BATCH: Final = 500


class RedemptionError(Exception):
    """Why a quote cannot be redeemed, committed or released: a stable code, a sentence, the offers meant."""

    def __init__(self, code: str, detail: str, offers: Collection[str] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.offers = tuple(sorted(offers))


def reserve_quote(
    *, quote_id: str, cart: tuple[AskedLine, ...] | None, at: datetime, customer: str | None = None
) -> Redemption:
    """Reserve what a quote takes of limits, budgets and gifts: all of it, or none with a RedemptionError.

    `cart` is what the shopper is about to pay for and `customer` the shop's own id of them, where the
    caller names them: they must be the quote's. A page may have asked for it in another's name.
    """
    try:
        return _reserve(quote_id, cart, customer, at)
    except LimitReachedError as error:
        raise _limit_reached(quote_id, error) from error


def freeing_overdue(attempt: Callable[[], Answer], *, at: datetime) -> Answer:
    """Return what an attempt to reserve returns; one that finds a limit reached is made once more.

    Before, what nobody committed in time is given back: some of the limit may be its. Call it outside any
    transaction. Within one, the rows that were given back would stay locked in another order than
    reserving locks them.
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
            _("The quote held until %s.") % _in_seconds(quote.expires_at),
        )
    if customer is not None and (quote.customer is None or quote.customer.external_id != customer):
        detail = _("The quote is for another customer: ask for a new one.")
        raise RedemptionError("customer_changed", detail)
    frozen = thaw_quote(quote)
    if cart is not None and not same_cart(cart, frozen.asked):
        raise RedemptionError("cart_changed", _("The quote is for another cart: ask for a new one."))
    redemption = Redemption.objects.create(
        quote=quote,
        reserved_at=at,
        expires_at=at + timedelta(minutes=settings.AWASE_RESERVATION_MINUTES),
    )
    _take(redemption, frozen)
    return redemption


def thaw_quote(quote: Quote) -> FrozenQuote:
    """Return what a quote keeps; raise the RedemptionError of one that another release made."""
    try:
        return thaw(quote.content)
    except UnreadableQuoteError as error:
        detail = _("Another release made this quote, in a format that this one does not read.")
        raise RedemptionError("quote_outdated", detail) from error


def _take(redemption: Redemption, frozen: FrozenQuote) -> None:
    """Count the offers' uses, take the gifts, and note both with the redemption."""
    outcomes = frozen.priced.outcomes
    uses = [Use(one.offer.id, outcomes[one.offer.id].discount_minor) for one in frozen.offers]
    living = take_uses(uses=uses, customer_id=redemption.quote.customer_id)
    take_gifts(units=frozen.gifts)
    RedeemedOffer.objects.bulk_create(
        RedeemedOffer(
            redemption=redemption,
            offer_id=use.offer if use.offer in living else None,
            offer_code=one.code,
            version=one.version,
            discount_minor=use.discount_minor,
        )
        for one, use in zip(frozen.offers, uses, strict=True)
    )
    RedeemedGift.objects.bulk_create(
        RedeemedGift(redemption=redemption, product_id=product, quantity=count)
        for product, count in frozen.gifts.items()
    )


def _require_free(quote: Quote, at: datetime) -> None:
    """Refuse a quote that is reserved or committed; an overdue reservation ends here."""
    holding = quote.redemptions.holding().first()
    if holding is None:
        return
    if holding.state == RedemptionState.RESERVED and holding.expires_at <= at:
        _settle(holding, RedemptionState.EXPIRED, at)
    elif holding.state == RedemptionState.RESERVED:
        raise RedemptionError("quote_used", _("The quote is reserved: commit or release it."))
    else:
        raise RedemptionError("quote_used", _("The quote was charged with order %s.") % holding.order_id)


@transaction.atomic
def commit_redemption(*, quote_id: str, order_id: str, at: datetime) -> Redemption:
    """Turn a quote's reservation into a use for good; the same order again changes nothing.

    Call it in the transaction that records the order.
    """
    quote = _locked_quote(quote_id, at)
    holding = quote.redemptions.holding().first()
    if holding is None:
        raise _not_reserved(quote)
    if holding.state == RedemptionState.COMMITTED:
        if holding.order_id != order_id:
            raise RedemptionError("quote_used", _("The quote was charged with order %s.") % holding.order_id)
        return holding
    if holding.expires_at <= at:
        detail = _("The reservation held until %s: redeem the quote again.") % format_moment(
            holding.expires_at, timespec="seconds"
        )
        raise RedemptionError("reservation_expired", detail)
    _change(holding, RedemptionState.COMMITTED, at, order_id=order_id)
    return holding


@transaction.atomic
def release_quote(*, quote_id: str, at: datetime) -> Redemption:
    """Give back what a quote reserved; once it is given back, again changes nothing."""
    quote = _locked_quote(quote_id, at)
    last = quote.redemptions.order_by("-pk").first()
    if last is None:
        raise _not_reserved(quote)
    if last.state == RedemptionState.COMMITTED:
        raise RedemptionError("quote_used", _("The quote was charged with order %s.") % last.order_id)
    if last.state == RedemptionState.RESERVED:
        is_overdue = last.expires_at <= at
        _settle(last, RedemptionState.EXPIRED if is_overdue else RedemptionState.RELEASED, at)
    return last


def give_back(*, quote: Quote) -> None:
    """Give back what a quote took that an order was charged by: it was called off before anything left.

    The quote stays charged. Call it once, in the transaction that records the calling off.
    """
    charged = quote.redemptions.filter(state=RedemptionState.COMMITTED)
    return_uses(redemptions=list(charged.values_list("pk", flat=True)))


@transaction.atomic
def expire_reservations(*, at: datetime) -> int:
    """Give back what overdue reservations hold; return how many there were, at most `_BATCH`.

    Those that somebody else is at work on are left to them.
    """
    overdue = Redemption.objects.overdue_at(at).order_by("expires_at", "pk")
    keys = list(overdue.select_for_update(skip_locked=True).values_list("pk", flat=True)[:_BATCH])
    if not keys:
        return 0
    return_uses(redemptions=keys)
    return Redemption.objects.filter(among("pk", keys)).update(state=RedemptionState.EXPIRED, settled_at=at)


def _settle(redemption: Redemption, state: RedemptionState, at: datetime) -> None:
    """End a reservation and give back what it holds."""
    _change(redemption, state, at)
    return_uses(redemptions=[redemption.pk])


def _change(redemption: Redemption, state: RedemptionState, at: datetime, order_id: str = "") -> None:
    """Leave the state “reserved”, if nobody else did meanwhile."""
    reserved = Redemption.objects.filter(pk=redemption.pk, state=RedemptionState.RESERVED)
    if not reserved.update(state=state, settled_at=at, order_id=order_id):
        raise RedemptionError("not_reserved", _("The reservation ended meanwhile."))
    redemption.state, redemption.settled_at, redemption.order_id = state, at, order_id


def _locked_quote(quote_id: str, at: datetime) -> Quote:
    """Return the quote, locked: its redemptions are nobody else's business until this transaction ends."""
    try:
        named = read_quote_id(quote_id)
    except InvalidQuoteIdError as error:
        raise RedemptionError("quote_invalid", str(error)) from error
    quote = Quote.objects.select_for_update(no_key=True).filter(public_id=named.public_id).first()
    if quote is not None:
        return quote
    if named.expires_at <= at.timestamp():
        held_until = datetime.fromtimestamp(named.expires_at, UTC)
        raise RedemptionError("quote_expired", _("The quote held until %s.") % _in_seconds(held_until))
    raise RedemptionError("quote_invalid", _("There is no such quote in this shop."))


def _not_reserved(quote: Quote) -> RedemptionError:
    """Return what is wrong with settling a quote that holds nothing."""
    last = quote.redemptions.order_by("-pk").first()
    if last is not None and last.state == RedemptionState.EXPIRED:
        detail = _("The reservation held until %s: redeem the quote again.") % format_moment(
            last.expires_at, timespec="seconds"
        )
        return RedemptionError("reservation_expired", detail)
    return RedemptionError("not_reserved", _("Nothing is reserved for this quote: redeem it first."))


def _limit_reached(quote_id: str, error: LimitReachedError) -> RedemptionError:
    """Return the refusal that names the offers by their codes."""
    quote = Quote.objects.get(public_id=read_quote_id(quote_id).public_id)
    frozen = thaw_quote(quote)
    givers = {line.gift_of for line in frozen.priced.lines if line.gift_of and line.product in error.gifts}
    codes = {one.code for one in frozen.offers if one.offer.id in error.offers | givers}
    detail = _("What these offers may give away is used up: %s. Ask for a new quote.")
    return RedemptionError("limit_reached", detail % ", ".join(sorted(codes)), codes)


def _in_seconds(moment: datetime) -> str:
    return format_moment(moment, timespec="seconds")


def prune_quotes(*, at: datetime) -> int:
    """Delete the quotes that expired long ago and that no order was charged by; return how many.

    In small transactions: on SQLite everybody else waits for each.
    """
    long_ago = at - timedelta(days=settings.AWASE_QUOTE_DAYS)
    held = Redemption.objects.holding().filter(quote=OuterRef("pk"))
    old = Quote.objects.filter(~Exists(held), expires_at__lt=long_ago).order_by("expires_at", "pk")
    count = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        count += Quote.objects.filter(among("pk", keys)).defer("content").delete()[1]["checkout.Quote"]
    return count
