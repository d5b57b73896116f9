"""How amounts, percentages and states read in a list."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar, cast

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.decorators import action, display

from catalog.models import BenefitKind
from engine.money import format_money

# A list names so many of what a row is in, and counts the others.
SHOWN_NAMES = 2

Method = TypeVar("Method", bound=Callable[..., Any])


def money(minor: int | None, currency: str) -> str:
    """Return an amount as the reader's language writes it; a dash for an unknown one."""
    return "–" if minor is None else format_money(minor, currency, get_language() or "en")


def product_price(row: Any) -> str:
    """Return the price of the product that a row edited in place names; a dash where it names none yet."""
    if row.product_id is None:
        return "–"
    return money(row.product.price_minor, row.product.currency)


def percent(basis_points: int) -> str:
    """Return 1250 as "12.5 %"."""
    return percentage(f"{Decimal(basis_points) / 100:f}")


def percentage(number: str) -> str:
    """Return a number with a percent sign, as the reader's language writes it: "12.5 %" or "12.5%"."""
    return _("%(number)s %%") % {"number": number}


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


def first_names(names: list[str]) -> SafeString | str:
    """Return "Cart, Checkout +2", all of them where the pointer rests; a dash for none."""
    if len(names) <= SHOWN_NAMES + 1:
        return listed(names) or "–"
    shown = listed(names[:SHOWN_NAMES])
    return format_html('<span title="{}">{} +{}</span>', listed(names), shown, len(names) - SHOWN_NAMES)


def labelled(
    *, description: Any, colours: Mapping[str, str], ordering: str | None = None
) -> Callable[[Method], Method]:
    """Show a column of `(code, text)` pairs as labels, coloured by code."""
    return cast(
        Callable[[Method], Method], display(description=description, label=dict(colours), ordering=ordering)
    )


def page_action(*, description: Any, icon: str, permission: str) -> Callable[[Method], Method]:
    """Make a method a button on a row's page, shown where the page's `has_…_permission` says so.

    Unfold's own check of a dotted permission asks the database, before there may be one.
    """
    return cast(
        Callable[[Method], Method], action(description=description, icon=icon, permissions=[permission])
    )
