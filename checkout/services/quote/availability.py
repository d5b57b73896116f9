"""What a quote prices but the shop cannot deliver: hidden products, and more units than are in stock."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from catalog.services.values import FieldError
from checkout.services.quote.basket import Basket
from checkout.services.quote.request import QuoteRefusedError
from checkout.services.quote.shares import LineShare
from engine.notes import Note
from engine.pricing import PricedCart

# A line of the request and the place of one of its options, or THE_LINE for the product itself.
Place = tuple[int, int]
THE_LINE: Final = -1


class Unavailable(Struct, frozen=True):
    """A product that cannot be delivered as quoted.

    `quantity` is its units in the whole quote, `available` how many of them can be delivered. `pointers` are
    the fields of the request that ask for it.
    """

    sku: str
    reason: Literal["hidden", "short_of_stock"]
    quantity: int
    available: int
    pointers: tuple[str, ...]

    @property
    def detail(self) -> str:
        """Return the reason in words."""
        if self.reason == "hidden":
            return _("%s is hidden in the catalogue and cannot be delivered.") % self.sku
        detail = ngettext(
            "%(sku)s: %(quantity)d unit requested, %(available)d in stock.",
            "%(sku)s: %(quantity)d units requested, %(available)d in stock.",
            self.quantity,
        )
        return detail % {"sku": self.sku, "quantity": self.quantity, "available": self.available}


def name_unavailable(
    *, basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> tuple[Unavailable, ...]:
    """Return what cannot be delivered, and add a note for each line that asks for it.

    Raises QuoteRefusedError instead if the shop refuses such quotes.
    """
    found = tuple(_unavailable(basket, priced, shares))
    if found and settings.AWASE_REFUSE_UNAVAILABLE:
        raise QuoteRefusedError(
            [FieldError(pointer, one.reason, one.detail) for one in found for pointer in one.pointers]
        )
    basket.notes += [
        Note(one.reason, pointer, one.detail, one.available) for one in found for pointer in one.pointers
    ]
    return found


def note_sold_out_gifts(*, basket: Basket, priced: PricedCart) -> None:
    """Add a note for each offer whose gift is left out, because it is sold out."""
    table, products = basket.snapshot.pricing, basket.snapshot.products
    for offer, outcome in sorted(priced.outcomes.items()):
        gift = table.index.by_id[offer].terms.gift if "gift_sold_out" in outcome.cuts else None
        if gift is not None:
            detail = _("The gift %s is sold out.") % products.sku[products.find_pk(gift.product.id)]
            pointer = f"/offers/{table.offer_code(offer)}"
            basket.notes.append(Note("gift_sold_out", pointer, detail))


def _unavailable(
    basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> Iterator[Unavailable]:
    """Yield the products that were asked for and cannot be delivered; stock has to suffice for all units.

    A product that is only given away is not among them: pricing leaves out gifts that are not in stock, and
    shops hide the products that they do not sell.
    """
    products = basket.snapshot.products
    units: dict[int, int] = {}
    for line in priced.lines:
        units[line.product] = units.get(line.product, 0) + line.quantity
    asked = {product: sorted(places) for product, places in _places(basket, priced, shares).items()}
    for product, places in sorted(asked.items(), key=lambda one: one[1]):
        row, quantity, pointers = products.find_pk(product), units[product], tuple(map(_pointer, places))
        if products.is_hidden[row]:
            yield Unavailable(products.sku[row], "hidden", quantity, 0, pointers)
        elif 0 <= products.stock[row] < quantity:  # below 0: stock is not tracked
            yield Unavailable(products.sku[row], "short_of_stock", quantity, products.stock[row], pointers)


def _places(
    basket: Basket, priced: PricedCart, shares: Sequence[Sequence[LineShare]]
) -> dict[int, set[Place]]:
    """Return where the request asks for units of each product."""
    lines = {asked.index: line for asked, line in zip(basket.asked, basket.lines, strict=True)}
    places: dict[int, set[Place]] = {}
    for line, ours in zip(priced.lines, shares, strict=True):
        kept = dict(line.options)
        for share in ours:
            places.setdefault(line.product, set()).add((share.index, THE_LINE))
            for place, option in enumerate(lines[share.index].options):
                if option.product.id in kept:
                    places.setdefault(option.product.id, set()).add((share.index, place))
    return places


def _pointer(place: Place) -> str:
    line, option = place
    return f"/cart/{line}/sku" if option == THE_LINE else f"/cart/{line}/options/{option}/sku"
