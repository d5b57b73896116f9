"""Publishing what is known of each customer."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.learned.facts import NOTHING, SEGMENTS, CustomerFactsData, Floats, Ints
from engine.learned.generations import Records
from offers.models import CustomerFacts
from offers.services.day_column import to_dates
from offers.services.replacement import Replacement, replace_rows

_COLUMNS = (
    "customer_id",
    "segment",
    "recency",
    "frequency",
    "monetary",
    "first_order_date",
    "last_order_date",
    "order_count",
    "currency",
    "spent_minor",
    "average_order_minor",
    "active_rate",
    "expected_orders",
    "lifetime_value_minor",
    "next_due_date",
    "comfort",
    "due",
    "categories",
)


def replace_customer_facts(data: CustomerFactsData) -> Replacement:
    """Make the table hold these facts alone, in the caller's transaction; unchanged rows stay untouched."""
    rows = list(
        zip(
            np.array(SEGMENTS, object)[data.segment],
            data.recency.tolist(),
            data.frequency.tolist(),
            data.monetary.tolist(),
            to_dates(data.first_day),
            to_dates(data.last_day),
            data.order_count.tolist(),
            [data.currency] * len(data.customers),
            data.spent.tolist(),
            _amounts(data.average_order),
            _figures(data.active_rate),
            _figures(data.expected_orders),
            _amounts(data.lifetime_value),
            to_dates(data.next_due_day),
            _packed(data.comfort_starts, data.comfort),
            _packed(data.due_starts, data.due),
            _packed(data.category_starts, data.categories),
            strict=True,
        )
    )
    return replace_rows(model=CustomerFacts, columns=_COLUMNS, keys=data.customers, row_at=rows.__getitem__)


def _amounts(amounts: Ints) -> Sequence[int | None]:
    return [None if amount == NOTHING else amount for amount in amounts.tolist()]


def _figures(figures: Floats) -> Sequence[float | None]:
    """Return the figures, None for NaN: the one number that is not itself."""
    return [None if figure != figure else figure for figure in figures.tolist()]  # noqa: PLR0124 (see above)


def _packed(starts: Ints, records: Records | Ints) -> list[bytes]:
    """Return the bytes of each list."""
    packed, size = records.tobytes(), records.dtype.itemsize
    bounds = (starts * size).tolist()
    return [packed[start:end] for start, end in pairwise(bounds)]
