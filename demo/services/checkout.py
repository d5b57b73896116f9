"""The checkout of a shop's server: redeem the quote, take the payment, commit it.

There is no payment here. A shop calls `POST …/redeem` and `…/commit` with its secret key; the demo runs on
the same server, so it calls the same services.
"""

import hashlib
from datetime import datetime

from checkout.services.commit import Committed, commit_quote
from checkout.services.redemption import RedemptionError, freeing_overdue, reserve_quote
from engine.promise.frozen_quote import AskedLine


def place_order(
    *, quote_id: str, cart: tuple[AskedLine, ...], customer: str | None, at: datetime
) -> Committed:
    """Place the order of a quote; the same quote again returns the same order.

    Raises RedemptionError if the quote cannot be charged; nothing is ordered then. If the server died after
    the reservation, the order is completed.
    """
    try:
        freeing_overdue(lambda: reserve_quote(quote_id=quote_id, cart=cart, customer=customer, at=at), at=at)
    except RedemptionError as error:
        if error.code != "quote_used":
            raise
    return commit_quote(quote_id=quote_id, order_id=order_id_of(quote_id), placed_at=None, at=at)


def order_id_of(quote_id: str) -> str:
    """Return the id of a quote's order; a quote is charged once, so the id is derived from it."""
    return f"WEB-{hashlib.sha256(quote_id.encode()).hexdigest()[:10].upper()}"
