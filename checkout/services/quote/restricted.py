"""Restricted goods in a cart: named as notes. Whether the customer may buy them is for the shop to decide."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from checkout.services.quote.basket import Basket
from engine.notes import Note
from engine.snapshot.exclusions import says
from offers.services.customer import attributes_of


def note_restricted(*, basket: Basket, customer: str | None) -> None:
    """Add a note for each line with restricted goods for which the customer lacks an attribute.

    The customer is asked about only if the cart has such goods: one query.
    """
    restrictions, products = basket.snapshot.restrictions, basket.snapshot.products
    needed: dict[int, dict[tuple[str, str], str]] = {}
    for line in basket.asked:
        for product in (line.product, *(option for option, _count in line.options)):
            row = products.find_pk(product)
            for need in restrictions.needs_of(row) if row >= 0 else ():
                needed.setdefault(line.index, {}).setdefault(need, products.sku[row])
    if not needed:
        return
    attributes: Mapping[str, object] = {} if customer is None else attributes_of(external_id=customer)
    for index, needs in needed.items():
        for (attribute, value), sku in needs.items():
            if not says(attributes.get(attribute), value):
                detail = _("%(sku)s is only for customers whose attribute %(attribute)s is %(value)s.")
                words = detail % {"sku": sku, "attribute": attribute, "value": value}
                basket.notes.append(Note("restricted", f"/cart/{index}/sku", words))
