"""The compact records in which facts about customers and products are stored and handed on.

All are little-endian and packed, so that the same orders give the same bytes everywhere.
"""

from dataclasses import dataclass
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from engine.learned.generations import Records

# What a customer is used to paying in a category: a tenth of the unit prices lie below `low`, as many above
# `high`.
COMFORT = np.dtype(
    [
        ("category", "<i8"),  # primary key
        ("low", "<i8"),  # minor units of the facts' currency
        ("median", "<i8"),
        ("high", "<i8"),
        ("lines", "<u4"),  # unit prices behind the band
    ]
)
# A product that a customer will need again.
DUE = np.dtype(
    [
        ("product", "<i8"),  # primary key
        ("due_day", "<i4"),  # days since 1970-01-01
        ("purchases", "<u4"),  # days on which the customer bought it
        ("chance", "<f4"),  # that it is bought again at all, 0 to 1
        ("interval_days", "<u4"),
        ("source", "u1"),  # position in INTERVAL_SOURCES
    ]
)
# A category bought from.
CATEGORY = np.dtype(
    [
        ("category", "<i8"),  # primary key
        ("last_day", "<i4"),  # days since 1970-01-01
    ]
)

SEGMENTS: Final = ("champion", "loyal", "promising", "new", "attention", "at_risk", "lost")
# Where the days between two purchases are known from; the first is: nowhere.
INTERVAL_SOURCES: Final = ("", "customer", "product", "category", "merchandiser")

NOTHING: Final = -1
NO_DAY: Final = -(2**31)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A product is due from a fifth of its interval before the day until a whole interval after it.
EARLY: Final = 5


@overload
def is_due(due_day: int, interval_days: int, today: int) -> bool: ...
@overload
def is_due(due_day: Ints, interval_days: Ints, today: int) -> npt.NDArray[np.bool_]: ...
def is_due(due_day: Any, interval_days: Any, today: int) -> Any:
    """Tell whether to remind of a purchase on the day `today`; of one, or of many at once."""
    return (due_day - interval_days // EARLY <= today) & (today <= due_day + interval_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFactsData:
    """What is known of k customers: (k,) each unless another shape is named, primary keys ascending.

    Ragged lists are laid out as in `GenerationData`. Amounts are minor units of `currency`.
    """

    currency: str
    customers: Ints
    segment: Ints  # position in SEGMENTS
    recency: Ints  # 1 to 5, like the next two
    frequency: Ints
    monetary: Ints
    first_day: Ints  # days since 1970-01-01
    last_day: Ints
    order_count: Ints
    spent: Ints
    average_order: Ints  # NOTHING without an order in this currency
    active_rate: Floats  # NaN where too little is known of all customers, like the next
    expected_orders: Floats
    lifetime_value: Ints  # NOTHING likewise
    next_due_day: Ints  # NO_DAY where nothing is due
    comfort_starts: Ints  # (k + 1,)
    comfort: Records  # COMFORT, categories ascending
    due_starts: Ints  # (k + 1,)
    due: Records  # DUE, the surest first
    category_starts: Ints  # (k + 1,)
    categories: Records  # CATEGORY, categories ascending


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFactsData:
    """How n products sell: (n,) each, primary keys ascending."""

    products: Ints
    interval_days: Ints  # 0 where nobody knows
    interval_source: Ints  # position in INTERVAL_SOURCES
    interval_count: Ints
    recent_units: Ints
    last_sold_day: Ints  # days since 1970-01-01, NO_DAY where it never sold
    cover_days: Ints  # NOTHING where stock is not tracked, or nothing sold recently
    is_slow: npt.NDArray[np.bool_]
    slowness: Floats  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsData:
    """Everything that one recompute knows of customers and products."""

    customers: CustomerFactsData
    products: ProductFactsData
