"""The options of units that an upgrade exchanges: which are kept, and which are dropped."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from checkout.services.quote.basket import Basket
from checkout.services.quote.shares import LineShare
from engine.notes import Note
from engine.pricing import PricedCart, PricingOffer, PricingProduct


def kept_options(
    basket: Basket, upgrade: PricingOffer, exchange: tuple[PricingProduct, PricingProduct], at: datetime
) -> frozenset[int]:
    """Return the options in the cart that units keep when the upgrade exchanges them, by primary key.

    `exchange` is the replaced and the new product. An option that offers sell on the replaced product, but
    not on the new one, is dropped. An option that no offer sells is kept, and so is one that the cart
    already has on the new product.
    """
    replaced, product = exchange
    chosen = {
        option.product.id
        for line in basket.lines
        for option in line.options
        if line.product.id in (replaced.id, product.id)
    }
    if not chosen:
        return frozenset()
    offers = list(_open_offers(basket, upgrade, at))
    bound = {option for offer in offers for option in offer.terms.options_on(replaced)}
    offered = {option for offer in offers for option in offer.terms.options_on(product)}
    offered |= {
        option.product.id for line in basket.lines for option in line.options if line.product.id == product.id
    }
    return frozenset(chosen - (bound - offered))


def _open_offers(basket: Basket, upgrade: PricingOffer, at: datetime) -> Iterator[PricingOffer]:
    """Yield the offers of this moment on the upgrade's kind of purchase."""
    for offer in basket.snapshot.pricing.index.offers:
        if offer.purchase != upgrade.purchase:
            continue
        if offer.schedule.period_at(int(at.timestamp())) == "running":
            yield offer


def note_dropped_options(
    *, basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> None:
    """Add a note for each option that units of the request lost; `shares` are those of the priced lines."""
    lines = {asked.index: line for asked, line in zip(basket.asked, basket.lines, strict=True)}
    dropped = {
        (share.index, place)
        for line, ours in zip(priced.lines, shares, strict=True)
        for share in ours
        for place, option in enumerate(lines[share.index].options)
        if option.product.id not in dict(line.options)
    }
    for index, place in sorted(dropped):
        sku = basket.skus[lines[index].options[place].product.id]
        detail = _("%s is not available for the new product and was removed.") % sku
        basket.notes.append(Note("option_dropped", f"/cart/{index}/options/{place}", detail))
