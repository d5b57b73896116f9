"""Bring the prices of the catalogue into the shop's mode: all with tax, or all without."""

import numpy as np

from catalog.services.tax_mode import TaxMode
from engine.snapshot.data import ProductColumns
from offers.services.collection.rows import Ints


def in_shop_mode(prices: Ints, rows: Ints, products: ProductColumns, mode: TaxMode) -> Ints:
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
