"""Whether the shop's prices include tax. Products that are priced the other way are converted."""

from typing import Final

from django.conf import settings
from msgspec import Struct

from catalog.models import Product
from engine.pricing.rules import RoundingMode
from engine.pricing.tax import price_in_mode

_ROUNDING_MODES: Final[dict[str, RoundingMode]] = {"half_up": "half_up", "down": "down", "up": "up"}


class TaxMode(Struct, frozen=True):
    """Whether all prices that shoppers see and pay include tax, and how tax is rounded to convert one."""

    tax_included: bool
    rounding_mode: RoundingMode

    def convert(self, price_minor: int, basis_points: int, *, tax_included: bool) -> int:
        """Return the price of one unit as the shop shows it; `tax_included` tells what it is now."""
        return price_in_mode(
            price_minor,
            basis_points,
            tax_included=tax_included,
            wanted=self.tax_included,
            mode=self.rounding_mode,
        )

    def price_of(self, product: Product) -> int:
        """Return the product's price as the shop shows it."""
        return self.convert(product.price_minor, product.tax_rate_bp, tax_included=product.is_tax_included)


def shop_tax_mode() -> TaxMode:
    """Return the shop's mode: that of the setting, by default that of the product that was added first."""
    return tax_mode(tax_included=_is_tax_included())


def tax_mode(*, tax_included: bool) -> TaxMode:
    """Return the shop's mode, where it is known whether its prices include tax."""
    return TaxMode(tax_included, _ROUNDING_MODES[settings.AWASE_TAX_ROUNDING_MODE])


def _is_tax_included() -> bool:
    if settings.AWASE_TAX_DISPLAY != "auto":
        return bool(settings.AWASE_TAX_DISPLAY == "gross")
    first = Product.objects.order_by("pk").values_list("is_tax_included", flat=True).first()
    return first is None or first
