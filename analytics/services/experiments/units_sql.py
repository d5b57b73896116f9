"""The SQL for the units of a phase: who was exposed first when, and what they answered.

A unit is a customer as they are known today, or a visitor who has not logged in. Who was exposed under two
IDs, such as before and after logging in, is not counted in any arm: leaving out only those whose arms differ
would leave out more of a small arm than of a large one.
"""

from typing import Final

from analytics.services.experiments.dialect import UnitDialect
from offers.models import EventType

ANNOYED: Final = (EventType.DISMISS, EventType.DECLINE, EventType.NEVER, EventType.COMPLAINT)
_ANNOYED_SQL: Final = ", ".join(f"'{kind.value}'" for kind in ANNOYED)
_IN_PHASE: Final = """
    made.day >= %(first_day)s AND made.day <= %(last_day)s AND made.at >= %(start)s AND made.at < %(end)s
"""


def exposures_sql(of: UnitDialect, arms: str, *, with_propensity: bool = False) -> str:
    """Return the statement that notes the exposures of a phase, each with its person.

    A person is the primary key of a customer, or that of somebody unknown with a minus. `arms` are
    placeholders.
    """
    propensity = f", {of.propensity} AS propensity" if with_propensity else ""
    return f"""
        CREATE TEMPORARY TABLE analytics_exposure AS
        SELECT made.decision, made.shopper_id, made.at, made.day, made.shown_count, {of.arm} AS arm,
            COALESCE(owner.merged_into_id, owner.id, -known.id) AS person{propensity}
        FROM analytics_journaleddecision made
        LEFT JOIN (
            SELECT made.visitor_id, MIN(made.shopper_id) AS shopper_id
            FROM analytics_journaleddecision made
            WHERE {_IN_PHASE} AND made.visitor_id IS NOT NULL
            GROUP BY made.visitor_id
        ) AS login ON login.visitor_id = made.shopper_id
        JOIN analytics_journalshopper known ON known.id = COALESCE(login.shopper_id, made.shopper_id)
        LEFT JOIN offers_customer owner ON known.kind = 'customer' AND owner.external_id = known.key
        WHERE {_IN_PHASE} AND {of.arm} IN ({arms})
    """  # noqa: S608 (constants)


def units_sql() -> str:
    """Return the statement that finds the units, with their arm and their first exposure.

    Of `was_shown`, `was_seen` and `answers` (how often they declined), the first two are 0 or 1.
    """
    return f"""
        CREATE TEMPORARY TABLE analytics_unit AS
        SELECT exposed.person, MIN(exposed.arm) AS arm, MIN(exposed.at) AS first_at,
            MIN(exposed.day) AS first_day,
            CASE WHEN COUNT(DISTINCT exposed.shopper_id) = 1 AND MIN(exposed.arm) = MAX(exposed.arm)
                 THEN 1 ELSE 0 END AS is_counted,
            MAX(CASE WHEN exposed.shown_count > 0 THEN 1 ELSE 0 END) AS was_shown,
            MAX(CASE WHEN exposed.shown_count > 0 THEN said.was_seen ELSE 0 END) AS was_seen,
            SUM(said.answers) AS answers
        FROM analytics_exposure exposed
        LEFT JOIN (
            SELECT event.decision,
                MAX(CASE WHEN event.type = '{EventType.IMPRESSION.value}' THEN 1 ELSE 0 END) AS was_seen,
                SUM(CASE WHEN event.type IN ({_ANNOYED_SQL}) THEN 1 ELSE 0 END) AS answers
            FROM offers_event event
            WHERE event.exclusion = '' AND event.decision IN (SELECT decision FROM analytics_exposure)
            GROUP BY event.decision
        ) AS said ON said.decision = exposed.decision
        GROUP BY exposed.person
    """  # noqa: S608 (constants)


COUNTS: Final = """
    SELECT arm, COUNT(*), COALESCE(SUM(was_shown), 0), COALESCE(SUM(was_seen), 0)
    FROM analytics_unit WHERE is_counted = 1 GROUP BY arm
"""
LEFT_OUT: Final = "SELECT COUNT(*) FROM analytics_unit WHERE is_counted = 0"
DAILY: Final = """
    SELECT first_day, arm, COUNT(*) FROM analytics_unit WHERE is_counted = 1
    GROUP BY first_day, arm ORDER BY first_day, arm
"""
