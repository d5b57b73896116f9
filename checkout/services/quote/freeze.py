"""Keep what a quote was priced with."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from checkout.services.quote.acceptance import Accepted
from checkout.services.quote.basket import Basket
from checkout.services.quote.codes import EnteredCodes
from checkout.services.quote.request import QuoteRequest
from checkout.services.quote.shares import LineShare
from engine.conditions import PromotionCodes
from engine.pricing import Cart, PricedCart, Rules
from engine.promise.frozen_quote import FrozenCode, FrozenOffer, FrozenQuote, settled_cart
from engine.promise.narrowing import narrowed, products_of
from engine.snapshot.pricing import PricingTable


def freeze_quote(
    *,
    request: QuoteRequest,
    basket: Basket,
    accepted: Accepted,
    entered: EnteredCodes,
    cart: Cart,
    rules: Rules,
    priced: PricedCart,
    shares: Sequence[Sequence[LineShare]],
) -> FrozenQuote:
    """Return what the quote keeps: the offers that applied, with no period or limit left to check."""
    table, products = basket.snapshot.pricing, basket.snapshot.products
    cart = settled_cart(cart, priced)
    outcomes = {offer: one for offer, one in priced.outcomes.items() if one.status == "applied"}
    held = products_of(cart)
    skus = basket.skus | {
        line.product: products.sku[products.find_pk(line.product)]
        for line in priced.lines
        if line.product not in basket.skus
    }
    idle = sorted({taken.offer for taken in cart.accepted} - outcomes.keys())
    return FrozenQuote(
        cart=cart,
        rules=replace(rules, at=None),
        offers=_frozen_offers(table, outcomes, held),
        priced=replace(priced, outcomes=outcomes),
        asked=tuple(line.asked for line in request.cart),
        skus=skus,
        credits=tuple(accepted.credits),
        line_ids=_line_ids(request, shares),
        codes=_frozen_codes(table, outcomes, entered),
        bystanders=tuple(
            narrowed(table.index.by_id[offer], held) for offer in idle if offer in table.index.by_acceptance
        ),
    )


def _line_ids(request: QuoteRequest, shares: Sequence[Sequence[LineShare]]) -> dict[int, dict[str, int]]:
    """Return by priced line the IDs of the cart lines in it, with their units."""
    named = {
        place: {
            line_id: share.quantity
            for share in held
            if (line_id := request.cart[share.index].line_id) is not None
        }
        for place, held in enumerate(shares)
    }
    return {place: ids for place, ids in named.items() if ids}


def _frozen_codes(
    table: PricingTable, offers: Collection[int], entered: EnteredCodes
) -> tuple[FrozenCode, ...]:
    """Return the generated code that opened each offer; none where a written code opened it as well."""
    return tuple(
        FrozenCode(code, offer)
        for offer in sorted(offers)
        if (needed := table.offers[offer].condition(PromotionCodes)) is not None
        and (code := entered.used_for(needed)) is not None
    )


def _frozen_offers(
    table: PricingTable, offers: Collection[int], held: frozenset[int]
) -> tuple[FrozenOffer, ...]:
    """Return the offers by id, without what they say about products that the cart does not hold."""
    return tuple(
        FrozenOffer(
            offer=narrowed(table.index.by_id[offer], held),
            code=table.offer_code(offer) or "",
            version=table.offers[offer].version,
            refund_policy=table.offers[offer].refund_policy,
        )
        for offer in sorted(offers)
    )
