"""Price a cart, store what it was priced with, and sign the id."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.prior_price import prior_prices
from catalog.services.values import FieldError
from checkout.models import Quote
from checkout.services.quote.acceptance import Accepted, read_acceptances
from checkout.services.quote.availability import Unavailable, name_unavailable, note_sold_out_gifts
from checkout.services.quote.basket import Basket, read_basket
from checkout.services.quote.codes import EnteredCodes, read_codes
from checkout.services.quote.conditions import barred_offers, circumstances_for_shopper
from checkout.services.quote.freeze import freeze_quote
from checkout.services.quote.hints import Hints
from checkout.services.quote.offer_outcomes import OfferOutcome, offer_outcomes
from checkout.services.quote.options import note_dropped_options
from checkout.services.quote.request import QuoteRefusedError, QuoteRequest
from checkout.services.quote.restricted import note_restricted
from checkout.services.quote.settle import price_with_exchanges
from checkout.services.quote.shares import LineShare, share_lines
from checkout.services.quote_id import QuoteId, issue_quote_id, new_public_id
from engine.conditions import Circumstances
from engine.money import MAX_MINOR
from engine.notes import Note
from engine.pricing import Cart, PricedCart, Rules
from engine.promise.frozen_quote import FrozenQuote, freeze
from engine.snapshot.reader import Snapshot
from offers.services.customer import OwnAttributes, attributes_of, ensure_customers, known_customers
from offers.services.restraint.ledger import Person
from offers.services.restraint.refusals import NOTHING_REFUSED, Refused, load_refused


class PricedQuote(Struct, frozen=True):
    """A quote and all that is said about it; `shares` and `prior_minor` have an entry for each priced line.

    `prior_minor` is the lowest price of the 30 days before the line's reduction began (EU directive
    98/6/EC, article 6a), None where nothing is reduced or no history is kept.
    """

    quote_id: str
    expires_at: datetime
    currency: str
    tax_included: bool
    priced: PricedCart
    shares: tuple[tuple[LineShare, ...], ...]
    prior_minor: tuple[int | None, ...]
    offers: tuple[OfferOutcome, ...]
    unavailable: tuple[Unavailable, ...]
    notes: tuple[Note, ...]


def price_quote(
    *, request: QuoteRequest, snapshot: Snapshot, key_id: int | None, at: datetime
) -> PricedQuote:
    """Price the cart and store the quote; raise QuoteRefusedError where it cannot be priced.

    Offers come from the snapshot, what is left of limits and generated codes from the database: a constant
    number of queries.
    """
    basket, accepted = _read(request, snapshot, at)
    request = _without_stranger(request, basket)
    entered = read_codes(request=request, basket=basket, at=at)
    asked_for = accepted.offers | entered.offers
    rules = snapshot.pricing.rules(at)
    cart, priced = _price(request, basket, (accepted, entered), rules, at)
    shares = share_lines(asked=basket.asked, priced=priced)
    frozen = freeze_quote(
        request=request,
        basket=basket,
        accepted=accepted,
        entered=entered,
        cart=cart,
        rules=rules,
        priced=priced,
        shares=shares,
    )
    own = cache(partial(_own_attributes, request.customer))
    note_restricted(basket=basket, priced=priced, own=own)
    unavailable = _name_what_is_missing(basket, priced, shares)
    quote = _store(frozen, request.customer, key_id, at)
    hints = Hints(snapshot=snapshot, refused=_refused(quote, request.visitor, at), own=own)
    return PricedQuote(
        quote_id=issue_quote_id(QuoteId(quote.public_id, int(quote.expires_at.timestamp()))),
        expires_at=quote.expires_at,
        currency=cart.currency,
        tax_included=cart.tax_included,
        priced=priced,
        shares=shares,
        prior_minor=_prior_minor(basket, priced),
        offers=offer_outcomes(
            priced=priced, basket=basket, asked_for=asked_for, hints=hints, gone=accepted.gone
        ),
        unavailable=unavailable,
        notes=tuple(basket.notes),
    )


def _name_what_is_missing(
    basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> tuple[Unavailable, ...]:
    """Return what cannot be delivered; note options that were dropped and gifts that are sold out."""
    unavailable = name_unavailable(basket=basket, priced=priced, shares=shares)
    note_dropped_options(basket=basket, priced=priced, shares=shares)
    note_sold_out_gifts(basket=basket, priced=priced)
    return unavailable


def _without_stranger(request: QuoteRequest, basket: Basket) -> QuoteRequest:
    """Return the request, that of a guest if a page claims a customer who was never seen: it creates none."""
    if request.customer is None or not request.is_claimed or known_customers(external_ids=[request.customer]):
        return request
    detail = _(
        "The customer is not known yet, and the request does not prove who they are. Priced for a guest."
    )
    basket.notes.append(Note("unknown_customer", "/customer", detail))
    return msgspec.structs.replace(request, customer=None)


def _read(request: QuoteRequest, snapshot: Snapshot, at: datetime) -> tuple[Basket, Accepted]:
    """Find what the request names in the snapshot; raise QuoteRefusedError if some of it is unknown."""
    basket = read_basket(snapshot=snapshot, lines=request.cart, currency=request.currency)
    accepted = read_acceptances(accepted=request.accepted, basket=basket, at=at)
    if basket.errors:
        raise QuoteRefusedError(basket.errors)
    return basket, accepted


def _own_attributes(customer: str | None) -> OwnAttributes:
    return OwnAttributes() if customer is None else attributes_of(external_id=customer)


def _price(
    request: QuoteRequest, basket: Basket, opened: tuple[Accepted, EnteredCodes], rules: Rules, at: datetime
) -> tuple[Cart, PricedCart]:
    """Return the cart with what closes offers to it, and its price; refuse one that is too large."""
    accepted, entered = opened
    cart, priced = price_with_exchanges(
        cart=_cart(basket, accepted, entered, request, at),
        basket=basket,
        accepted=accepted,
        rules=rules,
        customer=request.customer,
    )
    if max(priced.list_minor, priced.gross_minor) > MAX_MINOR:
        raise QuoteRefusedError([FieldError("/cart", "out_of_range", _("The cart is too large."))])
    return cart, priced


def _cart(
    basket: Basket, accepted: Accepted, entered: EnteredCodes, request: QuoteRequest, at: datetime
) -> Cart:
    circumstances = Circumstances(
        at=int(at.timestamp()),
        is_known=request.customer is not None,
        **circumstances_for_shopper(basket=basket, request=request, at=at),
        products=frozenset(line.product.id for line in basket.lines),
        categories=frozenset(category for line in basket.lines for category in line.product.categories),
        subtotals={basket.currency: basket.subtotal_minor},
        codes=entered.written,
        code_batches=frozenset(entered.generated),
        accepted=frozenset(accepted.offers),
    )
    return Cart(
        lines=tuple(basket.lines),
        currency=basket.currency,
        tax_included=basket.snapshot.pricing.tax_included,
        accepted=tuple(accepted.taken),
        barred=barred_offers(offers=basket.snapshot.pricing.offers.values(), circumstances=circumstances),
    )


def _refused(quote: Quote, visitor: str | None, at: datetime) -> Refused:
    """Return what the customer of a quote refuses, also as a visitor, or the visitor who is not known."""
    if quote.customer_id is not None:
        return load_refused(person=Person(quote.customer_id), visitor=visitor or "", at=at)
    return load_refused(person=Person(visitor=visitor), at=at) if visitor else NOTHING_REFUSED


def _store(frozen: FrozenQuote, customer: str | None, key_id: int | None, at: datetime) -> Quote:
    expires_at = (at + timedelta(minutes=settings.AWASE_QUOTE_MINUTES)).replace(microsecond=0)
    return Quote.objects.create(
        public_id=new_public_id(),
        key_id=key_id,
        customer_id=ensure_customers(external_ids=[customer])[customer] if customer else None,
        currency=frozen.cart.currency,
        list_minor=frozen.priced.list_minor,
        discount_minor=frozen.priced.discount_minor,
        total_minor=frozen.priced.total_minor,
        gross_minor=frozen.priced.gross_minor,
        content=freeze(frozen),
        created_at=at,
        expires_at=expires_at,
    )


def _prior_minor(basket: Basket, priced: PricedCart) -> tuple[int | None, ...]:
    """Return the prior price of each reduced line; its reduction began with the first offer on it."""
    offers = basket.snapshot.pricing.offers
    reduced_at: dict[int, datetime] = {}
    for line in priced.lines:
        began = [offers[offer].reduced_at for offer, amount in line.taken.items() if amount]
        if began:
            moment = datetime.fromtimestamp(min(began), UTC)
            reduced_at[line.product] = min(moment, reduced_at.get(line.product, moment))
    found: Mapping[int, int] = prior_prices(reduced_at=reduced_at, currency=basket.currency)
    table, products = basket.snapshot.pricing, basket.snapshot.products
    prior = {
        product: table.in_shop_mode(products.find_pk(product), price) for product, price in found.items()
    }
    return tuple(prior.get(line.product) if line.discount_minor else None for line in priced.lines)
