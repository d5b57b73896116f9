"""Columns of the admin's lists: names, prices, coloured labels, buttons."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from catalog.services.amounts import listed, money

# How many names a list shows before it counts the others.
SHOWN_NAMES = 2

Method = TypeVar("Method", bound=Callable[..., Any])


def product_price(row: Any) -> str:
    """Return the price of an inline row's product; a dash if no product is selected."""
    if row.product_id is None:
        return "–"
    return money(row.product.price_minor, row.product.currency)


def first_names(names: list[str]) -> SafeString | str:
    """Return "Cart, Checkout +2" with all names in a tooltip; a dash if there are none."""
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
    """Make a method a button on a row's page, shown if the page's `has_…_permission` allows it.

    The method is called for rows that exist. Unfold's own check of a dotted permission would query the
    database before it may exist.
    """
    as_action = action(description=description, icon=icon, permissions=[permission])

    def decorate(method: Method) -> Method:
        @wraps(method)
        def for_row(page: Any, request: HttpRequest, object_id: str) -> Any:
            if page.get_object(request, object_id) is None:
                raise Http404
            return method(page, request, object_id)

        return cast("Method", as_action(for_row))

    return decorate
