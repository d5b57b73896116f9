"""Publishing how each product sells."""

import numpy as np

from offers.facts import INTERVAL_SOURCES, NO_DAY, NOTHING, Ints, ProductFactsData
from offers.models import ProductFacts
from offers.services.day_column import to_dates
from offers.services.replacement import Replacement, replace_rows

_COLUMNS = (
    "product_id",
    "interval_days",
    "interval_source",
    "interval_count",
    "recent_unit_count",
    "last_sold_date",
    "stock_cover_days",
    "is_slow_mover",
    "slowness",
)


def replace_product_facts(data: ProductFactsData) -> Replacement:
    """Make the table hold these facts alone, in the caller's transaction; unchanged rows stay untouched.

    A product that never sold, has no interval and is no slow mover has no row: there is nothing to say.
    """
    told = np.flatnonzero((data.last_sold_day != NO_DAY) | (data.interval_days > 0) | data.is_slow)
    rows = list(
        zip(
            _numbers(data.interval_days[told], missing=0),
            np.array(INTERVAL_SOURCES, object)[data.interval_source[told]],
            data.interval_count[told].tolist(),
            data.recent_units[told].tolist(),
            to_dates(data.last_sold_day[told]),
            _numbers(data.cover_days[told], missing=NOTHING),
            data.is_slow[told].tolist(),
            data.slowness[told].tolist(),
            strict=True,
        )
    )
    keys = data.products[told]
    return replace_rows(model=ProductFacts, columns=_COLUMNS, keys=keys, row_at=rows.__getitem__)


def _numbers(numbers: Ints, *, missing: int) -> list[int | None]:
    return [None if number == missing else number for number in numbers.tolist()]
