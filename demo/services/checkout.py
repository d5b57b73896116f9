"""The checkout of a shop's server: redeem the quote, take the payment now or later, commit it.

There is no payment here. A shop calls `POST …/redeem`, `…/extend`, `…/commit` and `…/release` with its secret
key; the demo runs on the same server, so it calls the same services.
"""

import hashlib
from datetime import datetime, timedelta

from checkout.services.commit import Committed, commit_quote
from checkout.services.redemption import RedemptionError, freeing_overdue, reserve_quote
from engine.promise.frozen_quote import AskedLine


def place_order(
    *, quote_id: str, cart: tuple[AskedLine, ...], customer: str | None, at: datetime
) -> Committed:
    """Place the order of a quote and pay it; the same quote again returns the same order.

    Raises RedemptionError if the quote cannot be charged; nothing is ordered then. If the server died after
    the reservation, the order is completed.
    """
    reserve_order(quote_id=quote_id, cart=cart, customer=customer, hold=None, at=at)
    return pay_order(quote_id=quote_id, at=at)


def reserve_order(
    *,
    quote_id: str,
    cart: tuple[AskedLine, ...],
    customer: str | None,
    hold: timedelta | None,
    at: datetime,
) -> None:
    """Reserve the order of a quote until it is paid; the same quote again changes nothing.

    Raises RedemptionError if the quote cannot be charged. `hold` None is long enough for a payment by card.
    """

    def attempt() -> None:
        reserve_quote(quote_id=quote_id, cart=cart, customer=customer, hold=hold, at=at)

    try:
        freeing_overdue(attempt, at=at)
    except RedemptionError as error:
        if error.code != "quote_used":
            raise


def pay_order(*, quote_id: str, at: datetime) -> Committed:
    """Charge a reserved order at the prices of its quote, also after its reservation has expired."""
    return commit_quote(quote_id=quote_id, order_id=order_id_of(quote_id), placed_at=None, at=at)


def order_id_of(quote_id: str) -> str:
    """Return the id of a quote's order; a quote is charged once, so the id is derived from it."""
    return f"WEB-{hashlib.sha256(quote_id.encode()).hexdigest()[:10].upper()}"
