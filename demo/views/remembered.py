"""The orders of a visitor, which the shop remembers in its session, so that they can be paid days later."""

from typing import Final

from django.http import HttpRequest

_KEY: Final = "demo_orders"
_MOST: Final = 20


def remember_order(request: HttpRequest, quote_id: str) -> None:
    """Add an order to those of the visitor."""
    others = [each for each in remembered_orders(request) if each != quote_id]
    request.session[_KEY] = [*others, quote_id][-_MOST:]


def remembered_orders(request: HttpRequest) -> list[str]:
    """Return the quote ids of the visitor's orders, the oldest first."""
    return list(request.session.get(_KEY, ()))
