"""Count what the shoppers of a bandit did: those of one day, arm and propensity together."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import connection

from analytics.services.experiments.dialect import UnitDialect, unit_dialect
from analytics.services.experiments.exposures import EXPOSURES, analyze, drop, note_exposures
from analytics.services.experiments.trial import PhaseWindow, Trial
from analytics.services.totals.dialect import Dialect, dialect
from catalog.database.bulk import read_date, stored_datetime

_TRIAL: Final = "analytics_trial"
# Each shopper counts once, with the arm of their first exposure; not who was exposed under two IDs.
_TRIALS: Final = """
    CREATE TEMPORARY TABLE analytics_trial AS
    SELECT person, arm, propensity, at AS first_at, day AS first_day
    FROM (
        SELECT exposed.*, ROW_NUMBER() OVER (PARTITION BY person ORDER BY at, decision) AS place,
            MIN(shopper_id) OVER (PARTITION BY person) AS least_id,
            MAX(shopper_id) OVER (PARTITION BY person) AS most_id
        FROM analytics_exposure exposed WHERE propensity > 0
    ) AS ranked
    WHERE place = 1 AND least_id = most_id
"""


@dataclass(frozen=True, slots=True)
class BanditCell:
    """Shoppers of one day, arm and propensity. `lag` is the days until they bought, None if they did not."""

    day: date
    arm: str
    propensity: float
    lag: int | None
    shoppers: int


def count_bandit(trial: Trial, window: PhaseWindow, *, window_days: int) -> list[BanditCell]:
    """Return what the shoppers of a window did, in a constant number of queries.

    A purchase counts if it was made within `window_days` of the first exposure.
    """
    if window.is_empty:
        return []
    said = {
        "start": stored_datetime(window.start),
        "end": stored_datetime(window.end),
        "currency": settings.AWASE_CURRENCY,
    }
    with connection.cursor() as cursor:
        try:
            note_exposures(cursor, trial, window, with_propensity=True)
            cursor.execute(_TRIALS)
            analyze(cursor, _TRIAL)
            cursor.execute(_cells_sql(unit_dialect(), dialect(), window_days), said)
            return [_cell(*row) for row in cursor.fetchall()]
        finally:
            drop(cursor, (EXPOSURES, _TRIAL))


def _cells_sql(of: UnitDialect, numbers: Dialect, window_days: int) -> str:
    age = of.age.format("sold.placed_at", "unit.first_at")
    return f"""
        SELECT trial.first_day, trial.arm, trial.propensity, bought.lag, COUNT(*)
        FROM analytics_trial trial
        LEFT JOIN (
            SELECT unit.person, {numbers.whole.format(f"MIN({age})")} AS lag
            FROM checkout_order sold
            JOIN offers_customer buyer ON buyer.id = sold.customer_id
            JOIN analytics_trial unit ON unit.person = COALESCE(buyer.merged_into_id, buyer.id)
            WHERE sold.placed_at >= %(start)s AND sold.placed_at < %(end)s AND sold.cancelled_at IS NULL
                AND sold.currency = %(currency)s AND {age} >= 0 AND {age} < {int(window_days)}
            GROUP BY unit.person
        ) AS bought ON bought.person = trial.person
        GROUP BY trial.first_day, trial.arm, trial.propensity, bought.lag
        ORDER BY trial.first_day, trial.arm, trial.propensity, bought.lag
    """  # noqa: S608 (constants)


def _cell(day: Any, arm: str, propensity: float, lag: int | None, shoppers: int) -> BanditCell:
    return BanditCell(read_date(day), arm, float(propensity), lag, shoppers)
