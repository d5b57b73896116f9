"""Bring the prices of the catalogue into the shop's mode: all with tax, or all without."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from catalog.services.tax_mode import TaxMode
from offers.services.collection.rows import Ints


class Taxed(Protocol):
    """Products with their tax; None: no tax at all, and all prices include it."""

    @property
    def tax_rate_bp(self) -> Ints | None:
        """Return the rate of each product, in basis points."""

    @property
    def is_tax_included(self) -> npt.NDArray[np.bool_] | None:
        """Return whether the price of each product includes tax."""


def in_shop_mode(prices: Ints, rows: Ints, products: Taxed, mode: TaxMode) -> Ints:
    """Return the prices as the shop shows them; `prices[i]` is one of the product in row `rows[i]`.

    Prices that are in the shop's mode stay as they are.
    """
    rates, included = products.tax_rate_bp, products.is_tax_included
    if rates is None or included is None:
        return prices
    converted = prices.copy()
    for place in np.flatnonzero(included[rows] != mode.tax_included).tolist():
        row = rows[place]
        converted[place] = mode.convert(int(prices[place]), int(rates[row]), tax_included=bool(included[row]))
    return converted
