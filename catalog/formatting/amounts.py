"""Amounts, percentages and benefits as text."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import BenefitKind
from engine.money import format_money


def money(minor: int | None, currency: str) -> str:
    """Return an amount formatted in the active language; a dash for None."""
    return "–" if minor is None else format_money(minor, currency, get_language() or "en")


def product_price(row: Any) -> str:
    """Return the price of an inline row's product; a dash if no product is selected."""
    if row.product_id is None:
        return "–"
    return money(row.product.price_minor, row.product.currency)


def percent(basis_points: int) -> str:
    """Return 1250 as "12.5 %"."""
    return f"{Decimal(basis_points) / 100:f} %"


def benefit(kind: str, value: int, currency: str) -> str:
    """Return a benefit as text, for example "10 % off"."""
    if kind == BenefitKind.PERCENT:
        return _("%(percent)s off") % {"percent": percent(value)}
    if kind == BenefitKind.AMOUNT:
        return _("%(amount)s off") % {"amount": money(value, currency)}
    if kind == BenefitKind.FIXED:
        return _("%(amount)s fixed price") % {"amount": money(value, currency)}
    return _("list price")
