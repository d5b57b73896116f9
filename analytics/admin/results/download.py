"""Downloads of results: the rows of the page, and the daily rows behind them, as CSV and Parquet.

Both are sent while they are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum
from django.http import HttpResponseBase

from analytics.admin.results.asked import Asked
from analytics.reports.results.columns import COLUMNS, Column
from analytics.reports.results.report import ResultsRow
from analytics.services.totals.sql import MEASURES
from catalog.admin.download import table_file
from engine.money import to_major

_BATCH: Final = 10_000
_KEYS: Final[Mapping[str, type]] = {
    "day": date,
    "offer": str,
    "version": int,
    "placement": str,
    "channel": str,
    "kind": str,
    "strategy": str,
    "product": str,
    "audience": int,
    "credit": str,
    "currency": str,
}

Row = Mapping[str, Any]


def download_rows(
    rows: Sequence[ResultsRow], asked: Asked, file_format: str, *, prefix: str = ""
) -> HttpResponseBase:
    """Return the rows of the page in its order, all of them: amounts in major units, rates from 0 to 1.

    `prefix` begins the name of the file.
    """
    fields: dict[str, type] = {asked.group: str, "name": str, "state": str}
    fields |= {"first_day": date, "last_day": date, "currency": str}
    for column in COLUMNS:
        fields[column.code] = Decimal if column.is_money else int
        fields |= dict.fromkeys(_rate_names(column), float)
    name = prefix + _name(asked, asked.group)
    return table_file((_row(row, asked) for row in rows), fields=fields, name=name, file_format=file_format)


def download_days(asked: Asked, file_format: str, *, prefix: str = "") -> HttpResponseBase:
    """Return the daily totals of the page's days and filters, in all currencies and in minor units."""
    fields = {**_KEYS, **dict.fromkeys(MEASURES, int)}
    name = prefix + _name(asked, "days")
    return table_file(_daily_rows(asked), fields=fields, name=name, file_format=file_format)


def _name(asked: Asked, what: str) -> str:
    period = asked.period
    return f"results-{what}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"


def _row(row: ResultsRow, asked: Asked) -> Row:
    said: dict[str, Any] = {
        asked.group: str(row.key),
        "name": str(row.title),
        "state": row.hint,
        "first_day": asked.period.first,
        "last_day": asked.period.last,
        "currency": asked.currency,
    }
    for column in COLUMNS:
        said |= _figures(column, row, asked.currency)
    return said


def _figures(column: Column, row: ResultsRow, currency: str) -> Row:
    value: Any = column.value(row.funnel)
    if column.is_money and value is not None:
        value = Decimal(to_major(value, currency))
    rate = column.rate(row.funnel)
    ends = (None, None, None) if rate is None else (rate.value, rate.low, rate.high)
    return {column.code: value, **dict(zip(_rate_names(column), ends, strict=False))}


def _rate_names(column: Column) -> tuple[str, ...]:
    """Return the names of a rate and both ends of its interval; none for a column without a rate."""
    return tuple(f"{column.code}_rate{end}" for end in ("", "_low", "_high")) if column.whole else ()


def _daily_rows(asked: Asked) -> Iterator[Row]:
    """Yield the totals day by day: the parts of a day are added up, and days are many."""
    sums = {f"{name}_sum": Sum(name) for name in MEASURES}
    rows = asked.scope.daily_rows(asked.period)
    for day in asked.period.days:
        of_day = rows.filter(day=day).order_by(*_KEYS).values(*_KEYS).annotate(**sums)
        for row in of_day.iterator(_BATCH):
            yield {name.removesuffix("_sum"): value for name, value in row.items()}
