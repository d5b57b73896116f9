"""Note the exposures of a phase in a temporary table, from which units and trials are counted."""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.services.experiments.dialect import unit_dialect
from analytics.services.experiments.trial import PhaseWindow, Trial
from analytics.services.experiments.units_sql import exposures_sql
from catalog.database.bulk import stored_date, stored_datetime

EXPOSURES = "analytics_exposure"


def note_exposures(
    cursor: CursorWrapper, trial: Trial, window: PhaseWindow, *, with_propensity: bool = False
) -> None:
    """Create the table of the exposures in the window."""
    arms = {f"arm_{place}": arm for place, arm in enumerate(trial.arms)}
    said = {
        "code": trial.code,
        "start": stored_datetime(window.start),
        "end": stored_datetime(window.end),
        "first_day": stored_date(window.first_day),
        "last_day": stored_date(window.last_day),
    }
    names = ", ".join(f"%({name})s" for name in arms)
    statement = exposures_sql(unit_dialect(), names, with_propensity=with_propensity)
    cursor.execute(statement, said | arms)
    analyze(cursor, EXPOSURES)


def analyze(cursor: CursorWrapper, table: str) -> None:
    """Tell PostgreSQL how large a temporary table is: nothing else does."""
    if connection.vendor == "postgresql":
        cursor.execute(f"ANALYZE {table}")


def drop(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    """Drop temporary tables: they belong to the connection, and the next phase has its own."""
    for table in tables:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
