"""The compact records in which a generation is stored and handed on.

All are little-endian and packed, so that the same statistics give the same bytes everywhere.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from engine.learned.scoring import Scoring

# A partner of a product: its primary key, its scores for a cart and for the product's own page (0: not among
# the best there), and the orders that hold both. Evidence is weighed where it is read
# (`engine.learned.evidence`): it moves with every order of the shop, these do not.
PARTNER = np.dtype([("product", "<i8"), ("score", "<f4"), ("page_score", "<f4"), ("orders", "<u4")])
# A best seller: its primary key and the orders of the recent window that hold it.
POPULAR = np.dtype([("product", "<i8"), ("orders", "<u4")])
# A product a customer bought: in how many orders, on which day (since 1970-01-01) the last time, and the
# score of the habit among the partners of a cart (`engine.learned.scoring.CartBlend`) and for the next
# basket.
PURCHASE = np.dtype(
    [("product", "<i8"), ("orders", "<u4"), ("last_day", "<i4"), ("cart_score", "<f4"), ("next_score", "<f4")]
)

Records = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class GenerationData:
    """Everything a recompute hands to `offers`, as arrays.

    Ragged lists are one flat array of records and a `*_starts` array with one more entry than there
    are lists: list i is `flat[starts[i]:starts[i + 1]]`.
    """

    data_until: datetime | None
    order_count: int
    counted_order_count: int  # those that pairs were counted in
    line_count: int
    pair_count: int
    products: npt.NDArray[np.int64]  # (n,) primary keys that have partners, ascending
    product_orders: npt.NDArray[np.int64]  # (n,) counted orders that hold each
    partner_starts: npt.NDArray[np.int64]  # (n + 1,)
    partners: Records  # PARTNER, best first for the product's page within each list
    categories: npt.NDArray[np.int64]  # (m,) primary keys, ascending; 0 is the whole shop
    popular_starts: npt.NDArray[np.int64]  # (m + 1,)
    popular: Records  # POPULAR, best first within each list
    customers: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # (k,)
    purchase_starts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    purchases: Records = field(default_factory=lambda: np.empty(0, PURCHASE))  # by next_score
    scoring: Scoring = field(default_factory=Scoring)
