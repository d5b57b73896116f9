"""The SQL for what is counted of the whole shop: views that were reported, excluded events, all sales."""

from typing import Final

from analytics.services.totals.dialect import Dialect
from engine.money import MAX_MINOR
from offers.models import EventType

# A slot counts once, however many views of it were reported.
EXPOSURES: Final = f"""
    INSERT INTO analytics_dailyexposure (day, part, key, placement, shown, reported)
    SELECT %(day)s, %(part)s, context.key, context.placement, COUNT(*),
        SUM(CASE WHEN EXISTS (
            SELECT 1 FROM offers_event event
            WHERE event.decision = made.decision AND event.offer_code = shown.code
            AND event.type = '{EventType.IMPRESSION.value}'
        ) THEN 1 ELSE 0 END)
    FROM analytics_journaledslot slot
    JOIN analytics_journaleddecision made ON made.id = slot.decision_id
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    JOIN analytics_journalcontext context ON context.id = slot.context_id
    WHERE slot.day = %(day)s AND slot.hour BETWEEN %(first_hour)s AND %(last_hour)s
    AND slot.withheld_by = ''
    GROUP BY context.key, context.placement
"""  # noqa: S608 (constants)
EXCLUSIONS: Final = """
    INSERT INTO analytics_dailyexclusion (day, part, reason, events)
    SELECT %(day)s, %(part)s, event.exclusion, COUNT(*)
    FROM offers_event event
    WHERE event.occurred_at >= %(start)s AND event.occurred_at < %(end)s AND event.exclusion <> ''
    GROUP BY event.exclusion
"""


def shop_sales_sql(of: Dialect) -> str:
    """Return the statement that counts all orders of a day; it needs its start and end, and the tax mode."""
    amount = of.product("line.unit_price_minor", "line.quantity", MAX_MINOR)
    placed = "sold.placed_at >= %(start)s AND sold.placed_at < %(end)s AND sold.cancelled_at IS NULL"
    return f"""
        INSERT INTO analytics_dailysales (day, part, currency, orders, sales_minor, refunded_minor)
        SELECT %(day)s, %(part)s, currency, SUM(orders), SUM(sales_minor), SUM(refunded_minor)
        FROM (
            SELECT sold.currency, COUNT(DISTINCT sold.id) AS orders, SUM({amount}) AS sales_minor,
                0 AS refunded_minor
            FROM checkout_order sold JOIN checkout_orderline line ON line.order_id = sold.id
            WHERE {placed} GROUP BY sold.currency
            UNION ALL
            SELECT ledger.currency, 0, 0, SUM(
                refund.amount_minor - CASE WHEN %(tax_included)s = 1 THEN 0 ELSE refund.tax_minor END)
            FROM checkout_order sold
            JOIN checkout_allocation ledger ON ledger.order_id = sold.id
            JOIN checkout_refund refund ON refund.allocation_id = ledger.id
            WHERE {placed} GROUP BY ledger.currency
        ) AS part
        GROUP BY currency
    """  # noqa: S608 (constants)
