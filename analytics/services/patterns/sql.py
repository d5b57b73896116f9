"""The statement that counts who saw, accepted and bought what, by offer and value of a dimension."""

from collections.abc import Mapping
from typing import Final

from analytics.models import PatternDimension
from analytics.services.totals.dialect import Dialect
from checkout.models import CreditKind
from offers.models import EventType

# An offer of a decision, once, however often it was reported.
_EVENTS: Final = """
    SELECT DISTINCT decision, offer_code FROM offers_event
    WHERE type = '{kind}' AND exclusion = '' AND occurred_at >= %(start)s
"""
_BOUGHT: Final = f"""
    SELECT DISTINCT credit.decision, credit.offer_code
    FROM checkout_lineattribution credit
    JOIN checkout_orderline line ON line.id = credit.line_id
    JOIN checkout_order sold ON sold.id = line.order_id
    WHERE sold.placed_at >= %(start)s AND sold.cancelled_at IS NULL
    AND credit.how IN ('{CreditKind.DECLARED.value}', '{CreditKind.CLICKED.value}')
"""  # noqa: S608 (constants)


def _values(of: Dialect) -> Mapping[str, str]:
    """Return the SQL for the value of each dimension; NULL where it is not known."""
    return {
        PatternDimension.AUDIENCE: "CAST(context.audiences AS text)",
        PatternDimension.PLACEMENT: "context.placement",
        PatternDimension.HOURS: f"CAST(CAST({of.hour.format('made.at')} AS integer) / 6 * 6 AS text)",
        PatternDimension.CATEGORY: "CAST(product.category_id AS text)",
    }


def tally_sql(dimension: str, of: Dialect) -> str:
    """Return the statement for a dimension; its parameters are the first day, its start and the time zone.

    Columns: offer, kind, value, units, accepted, bought. A shopper counts once for each offer and value,
    however often they saw it there: their views are not independent of each other. Where nobody is known,
    each decision is one. Audiences are a JSON list, those that the shopper was in.
    """
    value = _values(of)[dimension]
    # The operator keeps SQLite from comparing each event with all slots that were shown.
    return f"""
        SELECT unit.offer, unit.kind, unit.value, COUNT(*), SUM(unit.accepted), SUM(unit.bought)
        FROM (
            SELECT COALESCE(made.shopper_id, -made.id) AS shopper, shown.code AS offer, shown.kind,
                {value} AS value,
                MAX(CASE WHEN accepted.decision IS NULL THEN 0 ELSE 1 END) AS accepted,
                MAX(CASE WHEN bought.decision IS NULL THEN 0 ELSE 1 END) AS bought
            FROM analytics_journaleddecision made
            JOIN analytics_journaledslot slot ON slot.decision_id = made.id AND slot.withheld_by || '' = ''
            JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
            JOIN analytics_journalcontext context ON context.id = made.context_id
            JOIN ({_EVENTS.format(kind=EventType.IMPRESSION.value)}) AS seen
                ON seen.decision = made.decision AND seen.offer_code = shown.code
            LEFT JOIN ({_EVENTS.format(kind=EventType.ACCEPT.value)}) AS accepted
                ON accepted.decision = made.decision AND accepted.offer_code = shown.code
            LEFT JOIN ({_BOUGHT}) AS bought
                ON bought.decision = made.decision AND bought.offer_code = shown.code
            LEFT JOIN catalog_product product ON product.sku = slot.product
            WHERE made.day >= %(since)s
            GROUP BY 1, 2, 3, 4
        ) AS unit
        WHERE unit.value IS NOT NULL
        GROUP BY unit.offer, unit.kind, unit.value
    """  # noqa: S608 (our own expressions)
