"""Restricted goods in a cart and among its gifts: named as notes.

Whether the customer may have them is for the shop to decide.
"""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from checkout.services.quote.basket import Basket
from engine.notes import Note
from engine.pricing import PricedCart
from engine.snapshot.exclusions import says
from offers.services.customer import OwnAttributes


def note_restricted(*, basket: Basket, priced: PricedCart, own: Callable[[], OwnAttributes]) -> None:
    """Add a note for each line and each gift of restricted goods for which the customer lacks an attribute.

    `own` reads the attributes, and is called only if the cart has such goods.
    """
    needed: dict[tuple[str, str, str], str] = {}
    for pointer, product in _places(basket, priced):
        row = basket.snapshot.products.find_pk(product)
        for attribute, value in basket.snapshot.restrictions.needs_of(row) if row >= 0 else ():
            needed.setdefault((pointer, attribute, value), basket.snapshot.products.sku[row])
    for (pointer, attribute, value), sku in needed.items():
        if not says(own().values.get(attribute), value):
            detail = _("%(sku)s is only for customers whose attribute %(attribute)s is %(value)s.")
            words = detail % {"sku": sku, "attribute": attribute, "value": value}
            basket.notes.append(Note("restricted", pointer, words))


def _places(basket: Basket, priced: PricedCart) -> Iterator[tuple[str, int]]:
    """Yield the products of lines, options and gifts, each with the pointer of its note."""
    for line in basket.asked:
        for product in (line.product, *(option for option, _count in line.options)):
            yield f"/cart/{line.index}/sku", product
    for given in priced.lines:
        if given.gift_of is not None:
            yield f"/offers/{basket.snapshot.pricing.offer_code(given.gift_of)}", given.product
