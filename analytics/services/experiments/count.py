"""Count a phase: the units of each arm, and sums of what they bought. No unit is ever read by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.services.experiments import outcomes_sql as outcomes
from analytics.services.experiments import units_sql as units
from analytics.services.experiments.dialect import unit_dialect
from analytics.services.experiments.exposures import EXPOSURES, analyze, drop, note_exposures
from analytics.services.experiments.trial import PhaseWindow, Trial
from analytics.services.totals.dialect import dialect
from analytics.stats.experiments.sums import Sums
from catalog.database.bulk import read_date, stored_datetime
from catalog.services.tax_mode import shop_tax_mode

# Amounts above this quantile of all units count as the quantile, so that no single unit decides.
LIMIT_QUANTILE: Final = 0.999
_TABLES: Final = (EXPOSURES, "analytics_unit", "analytics_unitorder", "analytics_outcome")


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """The units of an arm, those that were shown an offer, and those who reported to have seen one."""

    units: int = 0
    shown: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest amount that counts for a unit, in minor units, and how many units are above it."""

    value: float
    unit_count: int


@dataclass(frozen=True, slots=True)
class PhaseCounts:
    """What was counted of a phase, by arm. `lifetimes` are what units spent in their first days, by days.

    `sums` have the columns `outcomes_sql.COLUMNS`, `lifetimes` the amount and what was spent before.
    """

    units: Mapping[str, UnitCounts]
    left_out: int
    daily: Mapping[date, Mapping[str, int]]
    sums: Mapping[str, Sums]
    lifetimes: Mapping[int, Mapping[str, Sums]]
    limits: Mapping[str, Limit]


NOTHING: Final = PhaseCounts({}, 0, {}, {}, {days: {} for days in outcomes.LIFETIMES}, {})


def count_phase(trial: Trial, window: PhaseWindow, *, advance: Callable[[], None]) -> PhaseCounts:
    """Count what the units of a phase did in the window, in a constant number of queries.

    advance: called after each of the four steps.
    """
    if window.is_empty:
        return NOTHING
    with connection.cursor() as cursor:
        try:
            for step in (_note_units, _note_outcomes):
                step(cursor, trial, window)
                advance()
            limits = _limits(cursor)
            advance()
            counted = _read(cursor, limits)
            advance()
        finally:
            drop(cursor, _TABLES)
    return counted


def _note_units(cursor: CursorWrapper, trial: Trial, window: PhaseWindow) -> None:
    """Note the exposures of the phase, and the units."""
    note_exposures(cursor, trial, window)
    cursor.execute(units.units_sql())
    analyze(cursor, "analytics_unit")


def _note_outcomes(cursor: CursorWrapper, _trial: Trial, window: PhaseWindow) -> None:
    """Note the orders of the units, and what they add up to."""
    of = unit_dialect()
    since = window.start - outcomes.BEFORE
    said = {
        "start": stored_datetime(since),
        "end": stored_datetime(window.end),
        "currency": settings.AWASE_CURRENCY,
        "tax_included": int(shop_tax_mode().tax_included),
    }
    cursor.execute(outcomes.orders_sql(of, dialect()), said)
    analyze(cursor, "analytics_unitorder")
    cursor.execute(outcomes.outcomes_sql(of), {"until": stored_datetime(window.end)})


def _limits(cursor: CursorWrapper) -> dict[str, Limit]:
    """Return the limits of the columns in which some units are above their quantile."""
    cursor.execute("SELECT COUNT(*) FROM analytics_outcome")
    [count] = cursor.fetchone()
    limits: dict[str, Limit] = {}
    for column in (*outcomes.LIMITED, *map(outcomes.lifetime, outcomes.LIFETIMES)):
        if not count:
            break
        cursor.execute(outcomes.limit_sql(column), [ceil(LIMIT_QUANTILE * (count - 1))])
        [value] = cursor.fetchone()
        cursor.execute(outcomes.capped_sql(column), [value])
        [above] = cursor.fetchone()
        # Where most units buy nothing, the quantile itself is 0 and would remove every amount.
        if above and value > 0:
            limits[column] = Limit(float(value), above)
    return limits


def _read(cursor: CursorWrapper, limits: Mapping[str, Limit]) -> PhaseCounts:
    """Return everything that was counted."""
    cursor.execute(units.COUNTS)
    of_arms = {arm: UnitCounts(*map(int, counts)) for arm, *counts in cursor.fetchall()}
    cursor.execute(units.LEFT_OUT)
    [left_out] = cursor.fetchone()
    cursor.execute(units.DAILY)
    daily: dict[date, dict[str, int]] = {}
    for day, arm, count in cursor.fetchall():
        daily.setdefault(read_date(day), {})[arm] = count
    largest = {column: limit.value for column, limit in limits.items()}
    lifetimes = {
        days: _sums(cursor, (outcomes.lifetime(days), "before"), largest, age=days)
        for days in outcomes.LIFETIMES
    }
    return PhaseCounts(of_arms, left_out, daily, _sums(cursor, outcomes.COLUMNS, largest), lifetimes, limits)


def _sums(
    cursor: CursorWrapper, columns: tuple[str, ...], limits: Mapping[str, float], *, age: int = 0
) -> dict[str, Sums]:
    """Return the sums of each arm, of the units that are old enough."""
    cursor.execute(outcomes.sums_sql(dialect(), columns, limits, age=age))
    return {arm: _sums_of(count, values, len(columns)) for arm, count, *values in cursor.fetchall()}


def _sums_of(count: int, values: Sequence[Any], width: int) -> Sums:
    """Return the sums: of each column, then of the products of each two, without repetition."""
    products = np.zeros((width, width))
    products[np.triu_indices(width)] = [float(value) for value in values[width:]]
    products += np.triu(products, 1).T
    totals = tuple(float(value) for value in values[:width])
    return Sums(count, totals, tuple(map(tuple, products.tolist())))
