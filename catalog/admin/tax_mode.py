"""Warn about a product that is not priced the way the shop shows prices."""

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services.amounts import money
from catalog.services.tax_mode import shop_tax_mode


def tax_mode_warning(product: Product) -> str | None:
    """Return the warning, None for a product that is priced like the shop."""
    mode = shop_tax_mode()
    if product.is_tax_included == mode.tax_included:
        return None
    words = (
        _("This price excludes tax, but the shop shows prices including tax: shoppers see %(price)s.")
        if mode.tax_included
        else _("This price includes tax, but the shop shows prices excluding tax: shoppers see %(price)s.")
    )
    return words % {"price": money(mode.price_of(product), product.currency)}
