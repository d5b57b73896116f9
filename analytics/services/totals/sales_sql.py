"""The SQL for what offers sold and cost on a day: credited order lines, and discounts."""

from analytics.services.totals.dialect import Dialect
from analytics.services.totals.slot_sql import slot_of
from checkout.models import RedemptionState
from engine.money import MAX_MINOR

_PLACED = "sold.placed_at >= %(start)s AND sold.placed_at < %(end)s"

# What was refunded of a product of an order.
REFUNDED = f"""
    SELECT ledger.order_id, paid.product_id, SUM(returned.quantity) AS units,
        SUM(returned.net_minor + CASE WHEN %(tax_included)s = 1 THEN returned.tax_minor ELSE 0 END) AS minor
    FROM checkout_order sold
    JOIN checkout_allocation ledger ON ledger.order_id = sold.id
    JOIN checkout_allocatedline paid ON paid.allocation_id = ledger.id
    JOIN checkout_refundedline returned ON returned.line_id = paid.id
    WHERE {_PLACED}
    GROUP BY ledger.order_id, paid.product_id
"""  # noqa: S608 (constants)
# `is_first` is 1 for one line of each order that an offer is credited with: these are its orders. The sign in
# `+other.product_id` keeps SQLite from reading all lines of a product for each line of an order.
_LINES = f"""
    SELECT line.order_id, product.sku, sold.currency, credit.decision, credit.offer_code, credit.how,
        line.quantity, line.unit_price_minor, 10000 + product.tax_rate_bp AS gross_bp,
        CASE WHEN product.currency = sold.currency THEN product.cost_minor END AS cost_minor,
        CASE WHEN ROW_NUMBER() OVER (
            PARTITION BY line.order_id, credit.offer_code, credit.how ORDER BY line.position, line.id
        ) = 1 THEN 1 ELSE 0 END AS is_first,
        (SELECT SUM(other.quantity) FROM checkout_orderline other
            WHERE other.order_id = line.order_id AND +other.product_id = line.product_id) AS of_product,
        COALESCE(refunded.units, 0) AS refunded_units, COALESCE(refunded.minor, 0) AS refunded_minor
    FROM checkout_order sold
    JOIN checkout_orderline line ON line.order_id = sold.id
    JOIN checkout_lineattribution credit ON credit.line_id = line.id
    JOIN catalog_product product ON product.id = line.product_id
    LEFT JOIN ({REFUNDED}) AS refunded
        ON refunded.order_id = line.order_id AND refunded.product_id = line.product_id
    WHERE {_PLACED} AND sold.cancelled_at IS NULL
"""  # noqa: S608 (constants)

DISCOUNTS = f"""
    SELECT NULL AS slot_id, used.offer_code AS offer, used.version, ledger.currency,
        1 AS uses, used.discount_minor
    FROM checkout_order sold
    JOIN checkout_allocation ledger ON ledger.order_id = sold.id
    JOIN checkout_redemption redemption ON redemption.quote_id = ledger.quote_id
        AND redemption.state = '{RedemptionState.COMMITTED.value}'
    JOIN checkout_redeemedoffer used ON used.redemption_id = redemption.id
    WHERE {_PLACED} AND sold.cancelled_at IS NULL
"""  # noqa: S608 (constants)


def sales_sql(of: Dialect) -> str:
    """Return the SQL for the credited lines, with what was returned of them."""
    slot = slot_of(decision="kept.decision", offer="kept.offer_code", best="slot.product = kept.sku")
    return f"""
        SELECT ({slot}) AS slot_id, kept.offer_code AS offer, kept.sku AS product, kept.currency,
            kept.how AS credit, kept.is_first AS orders, kept.quantity AS units,
            {of_kept_lines(of)}
        FROM ({kept_lines(of, _LINES)}) AS kept
    """  # noqa: S608 (constants)


def kept_lines(of: Dialect, lines: str) -> str:
    """Return the SQL for order lines with what was returned of them.

    Several lines of one product divide what was refunded of it by their units.
    """
    units = of.share("refunded_units", "quantity", "of_product")
    return f"""
        SELECT priced.*, {of.least}(quantity, {units}) AS returned_units,
            {of.share("refunded_minor", "quantity", "of_product")} AS returned_minor
        FROM ({lines}) AS priced
    """  # noqa: S608 (constants)


def of_kept_lines(of: Dialect) -> str:
    """Return the columns that are counted of `kept` lines.

    The margin is that of the units that were kept, without tax, at today's cost.
    """
    return f"""
            {of.product("kept.unit_price_minor", "kept.quantity", MAX_MINOR)} AS sales_minor,
            kept.returned_units, kept.returned_minor,
            CASE WHEN kept.cost_minor IS NULL THEN 0
                 ELSE kept.quantity - kept.returned_units END AS costed_units,
            CASE WHEN kept.cost_minor IS NULL THEN 0 ELSE {_margin(of)} END AS margin_minor
    """


def _margin(of: Dialect) -> str:
    """Return the SQL for the net price of the kept units, rounded half up, minus their cost."""
    count = "(kept.quantity - kept.returned_units)"
    gross = of.product("kept.unit_price_minor", count, MAX_MINOR)
    net = of.whole.format(
        f"({of.wide.format(gross)} * 10000 + kept.gross_bp / 2) / {of.wide.format('kept.gross_bp')}"
    )
    cost = of.product("kept.cost_minor", count, MAX_MINOR)
    return f"CASE WHEN %(tax_included)s = 1 THEN {net} ELSE {gross} END - {cost}"
