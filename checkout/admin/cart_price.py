"""What a cart would cost at the checkout, with the outcome of each offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.amounts import listed, money
from checkout.services.quote.offer_outcomes import OfferOutcome
from checkout.services.quote.price import PricedQuote, price_quote
from checkout.services.quote.request import QuoteLine, QuoteRefusedError, QuoteRequest
from engine.decision.types import CartItem
from engine.promise.frozen_quote import AskedLine
from engine.snapshot.reader import Snapshot
from offers.admin.example.answer import missing_text
from offers.admin.wording import code_text
from offers.models import Customer, Offer


@dataclass(frozen=True, slots=True)
class OfferRow:
    """The effect of an offer on the cart, or what the cart lacks."""

    offer: str
    applies: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class CartPrice:
    """The price of a cart as text; `refused` says why it has none."""

    list_price: str = ""
    total: str = ""
    saving: str = ""
    offers: tuple[OfferRow, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def price_cart_of(
    snapshot: Snapshot,
    cart: tuple[CartItem, ...],
    customer: Customer | None,
    codes: tuple[str, ...],
    at: datetime,
    **asked: Any,
) -> CartPrice | None:
    """Return what the checkout would charge, None for an empty cart; the quote is not stored.

    `asked` is what else of the request conditions look at: locale, country and context.
    """
    if not cart:
        return None
    request = QuoteRequest(
        cart=tuple(QuoteLine(asked=AskedLine(line.sku, line.quantity)) for line in cart),
        codes=codes,
        customer=customer.external_id if customer else None,
        **asked,
    )
    try:
        with transaction.atomic():
            quote = price_quote(request=request, snapshot=snapshot, key_id=None, at=at)
            # The same service as at the checkout, but no quote is needed.
            transaction.set_rollback(True)
    except QuoteRefusedError as error:
        return CartPrice(refused=tuple(one.detail for one in error.errors))
    return _described(quote)


def _described(quote: PricedQuote) -> CartPrice:
    priced, currency = quote.priced, quote.currency
    codes = {code for one in quote.offers for code in (one.offer, one.by) if code}
    names = dict(Offer.objects.filter(code__in=codes).values_list("code", "name"))
    return CartPrice(
        list_price=money(priced.list_minor, currency),
        total=money(priced.total_minor, currency),
        saving=money(priced.discount_minor, currency) if priced.discount_minor else "",
        offers=tuple(_offer_row(one, names, currency) for one in quote.offers),
        notes=tuple(note.detail for note in quote.notes),
    )


def _offer_row(one: OfferOutcome, names: Mapping[str, str], currency: str) -> OfferRow:
    """Return the outcome of an offer as text."""
    outcome, name = one.outcome, names.get(one.offer, one.offer)
    match one.status:
        case "applied":
            said = [f"−{money(outcome.discount_minor, currency)}"] if outcome.discount_minor else []
            said += [_("free shipping")] if outcome.free_shipping else []
            return OfferRow(name, True, listed(said) or _("applied"))
        case "not_yet":
            said = [missing_text(lack, currency) for lack in one.missing]
            return OfferRow(name, False, listed(said))
        case "superseded":
            words = _("another offer takes precedence: %(offer)s") % {
                "offer": names.get(one.by or "", one.by)
            }
            return OfferRow(name, False, words)
        case "limit_reached":
            return OfferRow(name, False, _("usage limit reached"))
        case "expired":
            return OfferRow(name, False, code_text("schedule"))
    return OfferRow(name, False, code_text(one.reason or ""))
