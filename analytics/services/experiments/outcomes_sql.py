"""The SQL for what units bought: before their first exposure, and from it to the end of the phase.

Only orders in the currency of the shop count. Cancelled orders do not, refunds are subtracted.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from analytics.services.experiments.dialect import UnitDialect
from analytics.services.totals.dialect import Dialect
from analytics.services.totals.sales_sql import REFUNDED, kept_lines, of_kept_lines
from checkout.models import RedemptionState, RefundReason

# What explains part of the differences between units: what they spent in so many days before.
DAYS_BEFORE: Final = 90
BEFORE: Final = timedelta(days=DAYS_BEFORE)
# The columns of a unit, in the order of its sums.
COLUMNS: Final = (
    "buyers",
    "orders",
    "sales",
    "units",
    "margin",
    "discount",
    "before",
    "answers",
    "returned",
    "sold",
    "costed",
)
# Amounts of which single large values are limited.
LIMITED: Final = ("sales", "margin", "before")
LIFETIMES: Final = (30, 60, 90)
_LINES: Final = f"""
    SELECT unit.person, sold.id AS order_id, {{age}} AS age, line.quantity, line.unit_price_minor,
        10000 + product.tax_rate_bp AS gross_bp,
        CASE WHEN product.currency = sold.currency THEN product.cost_minor END AS cost_minor,
        SUM(line.quantity) OVER (PARTITION BY line.order_id, line.product_id) AS of_product,
        COALESCE(refunded.units, 0) AS refunded_units, COALESCE(refunded.minor, 0) AS refunded_minor
    FROM checkout_order sold
    JOIN offers_customer buyer ON buyer.id = sold.customer_id
    JOIN analytics_unit unit ON unit.person = COALESCE(buyer.merged_into_id, buyer.id)
    JOIN checkout_orderline line ON line.order_id = sold.id
    JOIN catalog_product product ON product.id = line.product_id
    LEFT JOIN ({REFUNDED}) AS refunded
        ON refunded.order_id = line.order_id AND refunded.product_id = line.product_id
    WHERE unit.is_counted = 1 AND sold.placed_at >= %(start)s AND sold.placed_at < %(end)s
        AND sold.cancelled_at IS NULL AND sold.currency = %(currency)s
"""  # noqa: S608 (constants)
_GOODWILL: Final = f"""
    SELECT ledger.order_id,
        SUM(paid_back.amount_minor - CASE WHEN %(tax_included)s = 1 THEN 0 ELSE paid_back.tax_minor END)
            AS minor
    FROM checkout_refund paid_back JOIN checkout_allocation ledger ON ledger.id = paid_back.allocation_id
    WHERE paid_back.reason = '{RefundReason.GOODWILL.value}' GROUP BY ledger.order_id
"""  # noqa: S608 (constants)
_DISCOUNTS: Final = f"""
    SELECT ledger.order_id, SUM(used.discount_minor) AS minor
    FROM checkout_allocation ledger
    JOIN checkout_redemption redemption ON redemption.quote_id = ledger.quote_id
        AND redemption.state = '{RedemptionState.COMMITTED.value}'
    JOIN checkout_redeemedoffer used ON used.redemption_id = redemption.id
    GROUP BY ledger.order_id
"""  # noqa: S608 (constants)


def orders_sql(of: UnitDialect, amounts: Dialect) -> str:
    """Return the statement that notes the orders of the units, with their age: days since the first exposure.

    Its parameters `start` and `end` also include what was bought before.
    """
    lines = _LINES.format(age=of.age.format("sold.placed_at", "unit.first_at"))
    return f"""
        CREATE TEMPORARY TABLE analytics_unitorder AS
        SELECT counted.*, COALESCE(discount.minor, 0) AS discount,
            counted.net - COALESCE(goodwill.minor, 0) AS sales
        FROM (
            SELECT person, order_id, age, SUM(quantity) AS sold, SUM(returned_units) AS returned,
                SUM(costed_units) AS costed, SUM(margin_minor) AS margin,
                SUM(sales_minor - returned_minor) AS net
            FROM (
                SELECT kept.person, kept.order_id, kept.age, kept.quantity, {of_kept_lines(amounts)}
                FROM ({kept_lines(amounts, lines)}) AS kept
            ) AS line
            GROUP BY person, order_id, age
        ) AS counted
        LEFT JOIN ({_GOODWILL}) AS goodwill ON goodwill.order_id = counted.order_id
        LEFT JOIN ({_DISCOUNTS}) AS discount ON discount.order_id = counted.order_id
    """  # noqa: S608 (constants)


def outcomes_sql(of: UnitDialect) -> str:
    """Return the statement that adds up the orders of each unit: COLUMNS, its age, and its first days."""
    after = {name: f"CASE WHEN bought.age >= 0 THEN {value} ELSE 0 END" for name, value in _AFTER.items()}
    after["before"] = (
        f"CASE WHEN bought.age < 0 AND bought.age >= -{DAYS_BEFORE} THEN bought.sales ELSE 0 END"
    )
    for days in LIFETIMES:
        after[lifetime(days)] = (
            f"CASE WHEN bought.age >= 0 AND bought.age < {days} THEN bought.sales ELSE 0 END"
        )
    sums = {name: f"COALESCE(SUM({value}), 0)" for name, value in after.items()}
    sums["buyers"] = f"COALESCE(MAX({after['orders']}), 0)"
    sums["answers"] = "COALESCE(MAX(unit.answers), 0)"
    columns = ", ".join(f"{of.number.format(value)} AS {name}" for name, value in sums.items())
    return f"""
        CREATE TEMPORARY TABLE analytics_outcome AS
        SELECT unit.person, unit.arm, {of.age.format("%(until)s", "unit.first_at")} AS age, {columns}
        FROM analytics_unit unit LEFT JOIN analytics_unitorder bought ON bought.person = unit.person
        WHERE unit.is_counted = 1
        GROUP BY unit.person, unit.arm, unit.first_at
    """  # noqa: S608 (constants)


_AFTER: Final = {
    "orders": "1",
    "sales": "bought.sales",
    "units": "bought.sold - bought.returned",
    "margin": "bought.margin",
    "discount": "bought.discount",
    "returned": "bought.returned",
    "sold": "bought.sold",
    "costed": "bought.costed",
}


def lifetime(days: int) -> str:
    """Return the column for what a unit spent in its first days."""
    return f"first_{days}"


def limit_sql(column: str) -> str:
    """Return the query for the value at a place in the order of the column; the place is the parameter."""
    return f"SELECT {column} FROM analytics_outcome ORDER BY {column} LIMIT 1 OFFSET %s"  # noqa: S608


def sums_sql(of: Dialect, columns: tuple[str, ...], limits: Mapping[str, float], *, age: int = 0) -> str:
    """Return the query for the number of units, sums and sums of products of each arm.

    limits: the largest value that counts, by column; age: in days, of the units that are old enough.
    """
    values = [f"{of.least}({name}, {limits[name]!r})" if name in limits else name for name in columns]
    sums = [f"SUM({value})" for value in values]
    sums += [f"SUM({one} * {other})" for place, one in enumerate(values) for other in values[place:]]
    return f"""
        SELECT arm, COUNT(*), {", ".join(sums)} FROM analytics_outcome
        WHERE age >= {age} GROUP BY arm
    """  # noqa: S608 (constants)


def capped_sql(column: str) -> str:
    """Return the query for how many units are above a limit."""
    return f"SELECT COUNT(*) FROM analytics_outcome WHERE {column} > %s"  # noqa: S608
