"""What the databases write differently where the outcomes of units are counted."""

from typing import Final

from django.db import connection
from msgspec import Struct


class UnitDialect(Struct, frozen=True):
    """Templates of SQL. On PostgreSQL, sums are exact, so that counting again gives the same bytes."""

    arm: str  # the arm of a decision in one experiment
    propensity: str  # the chance with which a bandit chose it
    age: str  # days from the second moment to the first, with a fraction
    number: str  # a number whose products fit


_DIALECTS: Final = {
    "postgresql": UnitDialect(
        arm="made.arms ->> %(code)s",
        propensity="CAST(made.propensities ->> %(code)s AS double precision)",
        age="CAST(EXTRACT(EPOCH FROM {0} - {1}) / 86400 AS double precision)",
        number="CAST({} AS numeric)",
    ),
    "sqlite": UnitDialect(
        arm="json_extract(made.arms, '$.\"' || %(code)s || '\"')",
        propensity="json_extract(made.propensities, '$.\"' || %(code)s || '\"')",
        age="(julianday({0}) - julianday({1}))",
        number="CAST({} AS REAL)",
    ),
}


def unit_dialect() -> UnitDialect:
    """Return that of the database in use."""
    return _DIALECTS[connection.vendor]
