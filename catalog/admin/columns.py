"""How names, prices and states read in a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from catalog.services.amounts import money

# A list names so many of what a row is in, and counts the others.
SHOWN_NAMES = 2

Method = TypeVar("Method", bound=Callable[..., Any])


def product_price(row: Any) -> str:
    """Return the price of the product that a row edited in place names; a dash where it names none yet."""
    if row.product_id is None:
        return "–"
    return money(row.product.price_minor, row.product.currency)


def first_names(names: list[str]) -> SafeString | str:
    """Return "Cart, Checkout +2", all of them where the pointer rests; a dash for none."""
    if len(names) <= SHOWN_NAMES + 1:
        return ", ".join(names) or "–"
    shown = ", ".join(names[:SHOWN_NAMES])
    return format_html('<span title="{}">{} +{}</span>', ", ".join(names), shown, len(names) - SHOWN_NAMES)


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
