"""Price a cart, freeze what priced it, and sign its name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import replace

from catalog.services.prior_price import prior_prices
from catalog.services.values import FieldError
from checkout.models import Quote
from checkout.services.quote.acceptance import Accepted, read_acceptances, turned_back
from checkout.services.quote.basket import Basket, read_basket
from checkout.services.quote.conditions import barred_offers
from checkout.services.quote.limits import load_limits
from checkout.services.quote.options import note_dropped_options
from checkout.services.quote.request import Note, QuoteRefusedError, QuoteRequest
from checkout.services.quote.shares import LineShare, share_lines
from checkout.services.quote.standings import Standing, offer_standings
from checkout.services.quote_id import QuoteId, issue_quote_id, new_public_id
from engine.conditions import Circumstances, PromotionCodes
from engine.conditions.code import normalize_code
from engine.money import MAX_MINOR
from engine.pricing import Cart, PricedCart, Rules, price_cart
from engine.promise.frozen_quote import FrozenOffer, FrozenQuote, freeze, is_closed, settled_cart
from engine.promise.narrowing import narrowed, products_of
from engine.snapshot.pricing import PricingBook
from engine.snapshot.reader import Snapshot
from offers.services.customer import ensure_customers


class PricedQuote(Struct, frozen=True):
    """A quote and all that is told about it; `shares` and `prior_minor` run beside the priced lines.

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
    standings: tuple[Standing, ...]
    notes: tuple[Note, ...]


def price_quote(
    *, request: QuoteRequest, snapshot: Snapshot, key_id: int | None, at: datetime
) -> PricedQuote:
    """Price the cart and store the promise; raise QuoteRefusedError where it cannot be priced.

    Prices, offers and their conditions come from the snapshot, what is left of limits from the database:
    a constant number of queries.
    """
    basket = read_basket(snapshot=snapshot, lines=request.cart, currency=request.currency)
    accepted = read_acceptances(accepted=request.accepted, basket=basket, at=at)
    if basket.errors:
        raise QuoteRefusedError(basket.errors)
    opened = _open_codes(basket, request.codes)
    rules = snapshot.pricing.rules(at)
    cart, priced = _price(_cart(basket, accepted, request, at), (basket, accepted), rules, request.customer)
    if max(priced.list_minor, priced.gross_minor) > MAX_MINOR:
        raise QuoteRefusedError([FieldError("/cart", "out_of_range", _("The cart is too large."))])
    frozen = _freeze(request, basket, accepted, priced, (cart, rules))
    quote = _store(frozen, request.customer, key_id, at)
    shares = share_lines(asked=basket.asked, priced=priced)
    note_dropped_options(basket=basket, priced=priced, shares=shares)
    return PricedQuote(
        quote_id=issue_quote_id(QuoteId(quote.public_id, int(quote.expires_at.timestamp()))),
        expires_at=quote.expires_at,
        currency=cart.currency,
        tax_included=cart.tax_included,
        priced=priced,
        shares=shares,
        prior_minor=_prior_minor(basket, priced),
        standings=offer_standings(
            priced=priced, basket=basket, asked_for=accepted.offers | opened, gone=accepted.gone
        ),
        notes=tuple(basket.notes),
    )


def _open_codes(basket: Basket, codes: Sequence[str]) -> set[int]:
    """Return the offers that the shopper's codes open; note the codes that open none."""
    opened: set[int] = set()
    for index, code in enumerate(codes):
        wanted = normalize_code(code)
        offers = {
            record.id
            for record in basket.snapshot.pricing.offers.values()
            if (condition := record.condition(PromotionCodes)) is not None and wanted in condition.codes
        }
        if not offers:
            detail = _("The code does not exist or is not active.")
            basket.notes.append(Note("unknown_code", f"/codes/{index}", detail))
        opened |= offers
    return opened


def _cart(basket: Basket, accepted: Accepted, request: QuoteRequest, at: datetime) -> Cart:
    circumstances = Circumstances(
        at=int(at.timestamp()),
        is_known=request.customer is not None,
        products=frozenset(line.product.id for line in basket.lines),
        categories=frozenset(category for line in basket.lines for category in line.product.categories),
        subtotals={basket.currency: basket.subtotal_minor},
        codes=frozenset(map(normalize_code, request.codes)),
        accepted=frozenset(accepted.offers),
    )
    return Cart(
        lines=tuple(basket.lines),
        currency=basket.currency,
        tax_included=basket.tax_included,
        accepted=tuple(accepted.taken),
        barred=barred_offers(offers=basket.snapshot.pricing.offers.values(), circumstances=circumstances),
    )


def _price(
    cart: Cart, asked: tuple[Basket, Accepted], rules: Rules, customer: str | None
) -> tuple[Cart, PricedCart]:
    """Price the cart with all upgrades; then leave alone the units of those that turn out to be closed."""
    basket, accepted = asked
    book = basket.snapshot.pricing
    closed: frozenset[int] = frozenset()
    while True:
        lines = turned_back(lines=basket.lines, accepted=accepted, index=book.index, closed=closed)
        cart, priced = _price_within_limits(replace(cart, lines=lines), book, rules, customer)
        found = closed | {taken.offer for taken in cart.accepted if is_closed(cart, priced, taken.offer)}
        if found == closed:
            return cart, priced
        closed = found


def _price_within_limits(
    cart: Cart, book: PricingBook, rules: Rules, customer: str | None
) -> tuple[Cart, PricedCart]:
    """Price the cart, again without the offers that have nothing left to give, until all have.

    Return it with what was found out: the offers that are exhausted or barred.
    """
    priced = price_cart(cart=cart, offers=book.index, rules=rules)
    limits = load_limits(offers=[book.offers[offer] for offer in priced.outcomes], customer=customer)
    for_known = set() if customer else limits.by_customer
    barred = {**cart.barred, **dict.fromkeys(for_known - cart.barred.keys(), "customer_needed")}
    while True:
        gone = cart.exhausted | limits.spent(priced)
        if gone == cart.exhausted and len(barred) == len(cart.barred):
            return cart, priced
        cart = replace(cart, exhausted=gone, barred=barred)
        priced = price_cart(cart=cart, offers=book.index, rules=rules)


def _freeze(
    request: QuoteRequest,
    basket: Basket,
    accepted: Accepted,
    priced: PricedCart,
    priced_by: tuple[Cart, Rules],
) -> FrozenQuote:
    """Keep what applied; periods, limits and gates are answered once and for all."""
    cart, rules = settled_cart(priced_by[0], priced), replace(priced_by[1], at=None)
    book, products = basket.snapshot.pricing, basket.snapshot.products
    outcomes = {offer: one for offer, one in priced.outcomes.items() if one.status == "applied"}
    held = products_of(cart)
    skus = basket.skus | {
        line.product: products.sku[products.find_pk(line.product)]
        for line in priced.lines
        if line.product not in basket.skus
    }
    return FrozenQuote(
        cart=cart,
        rules=rules,
        offers=tuple(
            FrozenOffer(
                offer=narrowed(book.index.by_id[offer], held),
                code=book.offer_code(offer) or "",
                version=book.offers[offer].version,
                refund_policy=book.offers[offer].refund_policy,
            )
            for offer in sorted(outcomes)
        ),
        priced=replace(priced, outcomes=outcomes),
        asked=tuple(line.asked for line in request.cart),
        skus=skus,
        credits=tuple(accepted.credits),
        bystanders=tuple(
            narrowed(book.index.by_id[offer], held)
            for offer in sorted({taken.offer for taken in cart.accepted} - outcomes.keys())
            if offer in book.index.by_acceptance
        ),
    )


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
    return tuple(found.get(line.product) if line.discount_minor else None for line in priced.lines)
