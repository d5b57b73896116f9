"""What a shop's own server does when the shopper pays: redeem the quote, take the money, commit it.

The money is left out. A shop calls `POST …/redeem` and `…/commit` with its secret key; this server is the
one that answers them, so it calls the same services.
"""

import hashlib
from datetime import datetime

from checkout.services.commit import Committed, commit_quote
from checkout.services.redemption import RedemptionError, freeing_overdue, reserve_quote
from engine.promise.frozen_quote import AskedLine


def place_order(
    *, quote_id: str, cart: tuple[AskedLine, ...], customer: str | None, at: datetime
) -> Committed:
    """Charge the order that a quote promises; the same quote again is the same order.

    Raises RedemptionError where the quote cannot be charged: nothing is ordered then. A reservation whose
    order was never written, as its server died, is gone on with.
    """
    try:
        freeing_overdue(lambda: reserve_quote(quote_id=quote_id, cart=cart, customer=customer, at=at), at=at)
    except RedemptionError as error:
        if error.code != "quote_used":
            raise
    return commit_quote(quote_id=quote_id, order_id=order_id_of(quote_id), placed_at=None, at=at)


def order_id_of(quote_id: str) -> str:
    """Return the order's id: a quote is charged once, so it names its order."""
    return f"WEB-{hashlib.sha256(quote_id.encode()).hexdigest()[:10].upper()}"
