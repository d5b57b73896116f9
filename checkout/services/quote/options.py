"""The options of units that an upgrade exchanges: which come along, and which fall away."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from checkout.services.quote.basket import Basket
from checkout.services.quote.request import Note
from checkout.services.quote.shares import LineShare
from engine.pricing import AddOnTerms, Offer, PricedCart, Product


def kept_options(
    basket: Basket, upgrade: Offer, exchange: tuple[Product, Product], at: datetime
) -> frozenset[int]:
    """Return the options in the cart that units keep when the upgrade exchanges them, by primary key.

    `exchange` is what leaves and what comes. An add-on offer says where an option belongs: one that is
    offered with what leaves, and not with what comes, falls away. One that no offer binds stays, and so does
    what the cart itself has on the product that comes.
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
    menus = list(_menus(basket, upgrade, at))
    bound = {option for menu in menus if menu.parents.sees(replaced) for option in menu.options}
    offered = {option for menu in menus if menu.parents.sees(product) for option in menu.options}
    offered |= {
        option.product.id for line in basket.lines for option in line.options if line.product.id == product.id
    }
    return frozenset(chosen - (bound - offered))


def _menus(basket: Basket, upgrade: Offer, at: datetime) -> Iterator[AddOnTerms]:
    """Yield what the add-on offers of this moment say, for the upgrade's kind of purchase."""
    for offer in basket.snapshot.pricing.index.offers:
        if not isinstance(offer.terms, AddOnTerms) or offer.purchase != upgrade.purchase:
            continue
        if offer.schedule.period_at(int(at.timestamp())) == "running":
            yield offer.terms


def note_dropped_options(
    *, basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> None:
    """Note each option of the request that some of its units lost; `shares` are those of the priced lines."""
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
