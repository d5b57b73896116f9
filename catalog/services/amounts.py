"""Amounts, percentages and benefits as text, in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import BenefitKind
from engine.money import format_money


def money(minor: int | None, currency: str) -> str:
    """Return an amount as the reader's language writes it; a dash for an unknown one."""
    return "–" if minor is None else format_money(minor, currency, get_language() or "en")


def percent(basis_points: int) -> str:
    """Return 1250 as "12.5%"."""
    return percentage(f"{Decimal(basis_points) / 100:f}")


def percentage(number: str) -> str:
    """Return a number with a percent sign, which English and Japanese write alike: "12.5%"."""
    return f"{number}%"


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list in a sentence: "Cart, Checkout"."""
    return _(", ").join(texts)


def benefit(kind: str, value: int, currency: str) -> str:
    """Return what a shopper saves or pays, in words."""
    if kind == BenefitKind.PERCENT:
        return _("%(percent)s off") % {"percent": percent(value)}
    if kind == BenefitKind.AMOUNT:
        return _("%(amount)s off") % {"amount": money(value, currency)}
    if kind == BenefitKind.FIXED:
        return _("%(amount)s fixed") % {"amount": money(value, currency)}
    return _("list price")
