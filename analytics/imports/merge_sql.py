"""The statements of an order import, the same for PostgreSQL and SQLite; `staging` runs them in order."""

# Two imports queue on PostgreSQL, until the end of the transaction; SQLite queues all writers anyway.
QUEUE = "SELECT pg_advisory_xact_lock(20261122)"


def types(vendor: str) -> dict[str, str]:
    """Return the names of the column types that differ."""
    # SQLite keeps moments as text, and only an "integer" key is the row's own number there.
    return (
        {"moment": "timestamptz", "key": "bigint"}
        if vendor == "postgresql"
        else {"moment": "text", "key": "integer"}
    )


CREATE = (
    """
    CREATE TEMPORARY TABLE import_head (
        ref {key} PRIMARY KEY, file_row bigint, line_count bigint,
        order_ref text, placed_at {moment}, customer_ref text, currency text,
        first_ref bigint, order_key bigint, is_stored boolean DEFAULT FALSE, first_position bigint
    )
    """,
    """
    CREATE TEMPORARY TABLE import_line (
        ref bigint, place bigint, file_row bigint, product_id bigint, quantity bigint, unit_price_minor bigint
    )
    """,
    "CREATE TEMPORARY TABLE import_kept (line_key {key} PRIMARY KEY)",
)
DROP = ("DROP TABLE import_head", "DROP TABLE import_line", "DROP TABLE import_kept")

FIND_FIRST_HEADS = """
    UPDATE import_head SET first_ref = numbered.first_ref
    FROM (
        SELECT ref, FIRST_VALUE(ref) OVER (PARTITION BY order_ref ORDER BY file_row) AS first_ref
        FROM import_head
    ) AS numbered
    WHERE numbered.ref = import_head.ref
"""

_CONTRADICTS = """
    head.placed_at <> first.placed_at OR head.currency <> first.currency
    OR COALESCE(head.customer_ref, '') <> COALESCE(first.customer_ref, '')
"""
CONFLICTS = f"""
    SELECT line.file_row,
        CASE WHEN head.placed_at <> first.placed_at THEN 'placed_at'
             WHEN head.currency <> first.currency THEN 'currency' ELSE 'customer_id' END,
        CASE WHEN head.placed_at <> first.placed_at THEN CAST(head.placed_at AS text)
             WHEN head.currency <> first.currency THEN head.currency
             ELSE COALESCE(head.customer_ref, '') END,
        first.file_row
    FROM import_head head
    JOIN import_head first ON first.ref = head.first_ref
    JOIN import_line line ON line.ref = head.ref
    WHERE head.ref <> head.first_ref AND ({_CONTRADICTS})
"""  # noqa: S608 (a constant)
DROP_CONFLICTS = f"""
    DELETE FROM import_head WHERE ref IN (
        SELECT head.ref FROM import_head head JOIN import_head first ON first.ref = head.first_ref
        WHERE {_CONTRADICTS}
    )
"""  # noqa: S608 (a constant)

ADD_CUSTOMERS = """
    INSERT INTO offers_customer (external_id, declined, created_at)
    SELECT customer_ref, '{}', %s FROM (
        SELECT DISTINCT customer_ref FROM import_head WHERE customer_ref IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM offers_customer WHERE external_id = customer_ref)
    ) AS unknown
    WHERE TRUE
    ON CONFLICT (external_id) DO NOTHING
"""
FIND_STORED_ORDERS = """
    UPDATE import_head SET order_key = stored.id, is_stored = TRUE
    FROM analytics_order AS stored WHERE stored.order_id = import_head.order_ref
"""
WRITE_ORDERS = """
    INSERT INTO analytics_order (order_id, customer_id, placed_at, currency)
    SELECT head.order_ref, customer.id, head.placed_at, head.currency
    FROM import_head head LEFT JOIN offers_customer customer ON customer.external_id = head.customer_ref
    WHERE head.ref = head.first_ref
    ORDER BY head.ref
    ON CONFLICT (order_id) DO UPDATE
    SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, currency = excluded.currency
    WHERE analytics_order.placed_at <> excluded.placed_at OR analytics_order.currency <> excluded.currency
    OR COALESCE(analytics_order.customer_id, 0) <> COALESCE(excluded.customer_id, 0)
"""
FIND_NEW_ORDERS = """
    UPDATE import_head SET order_key = stored.id
    FROM analytics_order AS stored
    WHERE stored.order_id = import_head.order_ref AND import_head.order_key IS NULL
"""
# Where each head's lines begin in their order: after those of the order's earlier heads.
PLACE_HEADS = """
    UPDATE import_head SET first_position = placed.first_position
    FROM (
        SELECT ref,
            SUM(line_count) OVER (PARTITION BY order_key ORDER BY file_row) - line_count AS first_position
        FROM import_head
    ) AS placed
    WHERE placed.ref = import_head.ref
"""
COUNT = """
    SELECT SUM(CASE WHEN ref = first_ref THEN 1 ELSE 0 END),
        SUM(CASE WHEN ref = first_ref AND NOT is_stored THEN 1 ELSE 0 END),
        SUM(line_count)
    FROM import_head
"""

FIND_KEPT_LINES = """
    INSERT INTO import_kept (line_key)
    SELECT stored.id
    FROM import_line line
    JOIN import_head head ON head.ref = line.ref
    JOIN analytics_orderline stored
        ON stored.order_id = head.order_key AND stored.position = head.first_position + line.place
    WHERE head.is_stored AND stored.product_id = line.product_id
    AND stored.quantity = line.quantity AND stored.unit_price_minor = line.unit_price_minor
"""
_STALE = """
    order_id IN (SELECT order_key FROM import_head WHERE is_stored)
    AND NOT EXISTS (SELECT 1 FROM import_kept WHERE import_kept.line_key = analytics_orderline.id)
"""
FORGET_STALE_ATTRIBUTIONS = f"""
    DELETE FROM analytics_lineattribution
    WHERE line_id IN (SELECT id FROM analytics_orderline WHERE {_STALE})
"""  # noqa: S608 (a constant)
REMOVE_STALE_LINES = f"DELETE FROM analytics_orderline WHERE {_STALE}"  # noqa: S608 (a constant)
WRITE_LINES = """
    INSERT INTO analytics_orderline (order_id, position, product_id, quantity, unit_price_minor)
    SELECT head.order_key, head.first_position + line.place, line.product_id, line.quantity,
        line.unit_price_minor
    FROM import_line line JOIN import_head head ON head.ref = line.ref
    WHERE NOT head.is_stored OR NOT EXISTS (
        SELECT 1 FROM analytics_orderline stored
        WHERE stored.order_id = head.order_key AND stored.position = head.first_position + line.place
    )
"""
