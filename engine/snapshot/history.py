"""Prices before: what a product cost in the days before a reduction began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.pricing.prior_price import PRIOR_PERIOD, lowest_prior_price
from engine.snapshot.columns import Columns, Lists, Views, starts_of

Ints = npt.NDArray[np.int64]
_REMEMBERED: Final = 16_384


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """The price changes that reductions may look back on.

    product, changed_at, price_minor: (k,) the product's row, ascending, the moment in seconds since
    1970-01-01 UTC, and the price that held from then on. Complete from `known_from` on; a product that is
    not in it kept its price since then.
    """

    known_from: int
    product: Ints
    changed_at: Ints
    price_minor: Ints

    @classmethod
    def empty(cls) -> "PriceHistory":
        """Return the history of a shop whose prices never changed."""
        none = np.empty(0, np.int64)
        return cls(0, none, none, none)


def pack_history(history: PriceHistory, product_count: int) -> Columns:
    """Pack the changes as one list a product."""
    return {
        "history.known_from": np.array([history.known_from], np.int64),
        "history.starts": starts_of(np.bincount(history.product, minlength=product_count)),
        "history.values": history.changed_at.astype(np.int64),
        "history.price": history.price_minor.astype(np.int64),
    }


class PriorPrices:
    """The lowest price of the 30 days before a reduction; each is worked out once."""

    def __init__(self, views: Views) -> None:
        self._known_from: int = views["history.known_from"][0]
        self._changes, self._prices = Lists(views, "history"), views["history.price"]
        self._price: Sequence[int] = views["product.price"]
        self._found: dict[tuple[int, int], int | None] = {}

    def before(self, product: int, reduced_at: int) -> int | None:
        """Return the price of a product's row before the reduction, None where it is not known."""
        key = product, reduced_at
        if key not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = self._work_out(product, reduced_at)
        return self._found[key]

    def _work_out(self, product: int, reduced_at: int) -> int | None:
        if reduced_at - PRIOR_PERIOD.total_seconds() < self._known_from:
            return None
        moments, (start, end) = self._changes[product], self._changes.span(product)
        if not moments:
            return self._price[product]
        changes = [
            (datetime.fromtimestamp(moment, UTC), price)
            for moment, price in zip(moments, self._prices[start:end], strict=True)
        ]
        return lowest_prior_price(changes, reduced_at=datetime.fromtimestamp(reduced_at, UTC))
