"""Publishing how each product sells."""

from collections.abc import Iterator

import numpy as np

from catalog.database.columns import day_number
from engine.learned.facts import INTERVAL_SOURCES, NO_DAY, NOTHING, Ints, ProductFactsData
from offers.models import ProductFacts
from offers.services.day_column import to_dates
from offers.services.replacement import Replacement, Row, replace_figures

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
    reported = np.flatnonzero((data.last_sold_day != NO_DAY) | (data.interval_days > 0) | data.is_slow)
    return replace_figures(
        model=ProductFacts,
        columns=_COLUMNS,
        keys=data.products[reported],
        figures={expression: figure[reported] for expression, figure in _figures(data).items()},
        rows_at=lambda places: _rows(data, reported[places]),
    )


def _figures(data: ProductFactsData) -> dict[str, Ints]:
    """Return the facts as whole numbers, by what they are in the table."""
    sources = " ".join(f"WHEN '{source}' THEN {code}" for code, source in enumerate(INTERVAL_SOURCES))
    return {
        "coalesce(interval_days, 0)": data.interval_days,
        f"CASE interval_source {sources} ELSE {NOTHING} END": data.interval_source,
        "interval_count": data.interval_count,
        "recent_unit_count": data.recent_units,
        f"coalesce({day_number('last_sold_date')}, {NO_DAY})": data.last_sold_day,
        f"coalesce(stock_cover_days, {NOTHING})": data.cover_days,
        "CASE WHEN is_slow_mover THEN 1 ELSE 0 END": data.is_slow.astype(np.int64),
        # Compared in thousandths.
        "cast(round(slowness * 1000) AS integer)": np.rint(data.slowness * 1000).astype(np.int64),
    }


def _rows(data: ProductFactsData, places: Ints) -> Iterator[Row]:
    """Return the facts of these products as the table's columns after the key."""
    return zip(
        _numbers(data.interval_days[places], missing=0),
        np.array(INTERVAL_SOURCES, object)[data.interval_source[places]],
        data.interval_count[places].tolist(),
        data.recent_units[places].tolist(),
        to_dates(data.last_sold_day[places]),
        _numbers(data.cover_days[places], missing=NOTHING),
        data.is_slow[places].tolist(),
        data.slowness[places].tolist(),
        strict=True,
    )


def _numbers(numbers: Ints, *, missing: int) -> list[int | None]:
    return [None if number == missing else number for number in numbers.tolist()]
