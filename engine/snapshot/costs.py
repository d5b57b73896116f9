"""What units cost the shop, as offers compete by margin: estimated where it is not known."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.snapshot.data import ProductColumns
from engine.snapshot.pricing import UNKNOWN_COST

_ALL: Final = 10_000  # basis points


def ranking_costs(products: ProductColumns, *, tax_included: bool) -> npt.NDArray[np.int64]:
    """Return the cost of a unit of each product, in minor units of its price as the shop shows it.

    Where prices include tax, it is added to the cost, so that price - cost is the margin with its tax. A
    product whose cost is not known has the median share of the price that the cost of the others is. If no
    cost is known, all are 0: then margin and price are the same.
    """
    price = products.price_minor.astype(np.float64)
    if products.cost_minor is None:
        return np.zeros(len(products), np.int64)
    cost = products.cost_minor.astype(np.float64)
    if tax_included and products.tax_rate_bp is not None:
        cost *= 1 + products.tax_rate_bp / _ALL
    is_known = products.cost_minor != UNKNOWN_COST
    is_sample = is_known & (price > 0)
    share = float(np.median(cost[is_sample] / price[is_sample])) if is_sample.any() else 0.0
    return np.rint(np.where(is_known, cost, price * share)).astype(np.int64)
