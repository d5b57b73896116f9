"""The statements of an order import, the same for PostgreSQL and SQLite; `staging` runs them in order.

Temporary tables are only appended to, because PostgreSQL rewrites their rows slowly.
"""

from offers.services.customer import NEW_COLUMNS, NEW_VALUES

# Imports wait for each other on PostgreSQL until the end of the transaction, as all writers do on SQLite.
QUEUE = "SELECT pg_advisory_xact_lock(20261122)"


def types(vendor: str) -> dict[str, str]:
    """Return the names of the column types that differ."""
    if vendor == "postgresql":
        return {"moment": "timestamptz", "ref": "bigint", "key": "bigint"}
    # SQLite keeps moments as text; an "integer" primary key is the row's own number, found without an index.
    return {"moment": "text", "ref": "integer PRIMARY KEY", "key": "integer"}


CREATE = (
    # An order as one batch of the file knows it.
    """
    CREATE TEMPORARY TABLE import_head (
        ref {ref}, file_row bigint, line_count bigint,
        order_ref text, placed_at {moment}, customer_ref text, currency text,
        status text, cancelled_at {moment}
    )
    """,
    """
    CREATE TEMPORARY TABLE import_line (
        ref bigint, place bigint, file_row bigint, product_id bigint, quantity bigint, unit_price_minor bigint
    )
    """,
    # The first head of the same order, and where the head's lines begin: after those of earlier heads.
    """
    CREATE TEMPORARY TABLE import_place (
        ref {ref}, order_ref text, first_ref bigint, first_position bigint, is_stored boolean
    )
    """,
    """
    CREATE TEMPORARY TABLE import_target (
        ref {ref}, order_key bigint, first_position bigint, is_stored boolean
    )
    """,
    # Stored lines that stay as they are.
    "CREATE TEMPORARY TABLE import_kept (line_key {key} PRIMARY KEY)",
)
# The first and last moment of the orders of a file, as they were stored and as they will be.
FIND_MOMENTS = """
    SELECT MIN(moment), MAX(moment) FROM (
        SELECT placed_at AS moment FROM import_head
        UNION ALL
        SELECT stored.placed_at FROM import_head head
        JOIN checkout_order stored ON stored.order_id = head.order_ref
    ) AS moments
"""
DROP = tuple(f"DROP TABLE import_{name}" for name in ("head", "line", "place", "target", "kept"))

PLACE_HEADS = """
    INSERT INTO import_place (ref, order_ref, first_ref, first_position, is_stored)
    SELECT head.ref, head.order_ref,
        FIRST_VALUE(head.ref) OVER earlier,
        SUM(head.line_count) OVER earlier - head.line_count,
        stored.id IS NOT NULL
    FROM import_head head LEFT JOIN checkout_order stored ON stored.order_id = head.order_ref
    WINDOW earlier AS (PARTITION BY head.order_ref ORDER BY head.file_row)
"""
CLEAR_PLACES = "DELETE FROM import_place"

_CONTRADICTIONS = """
    FROM import_head head
    JOIN import_place place ON place.ref = head.ref AND place.first_ref <> head.ref
    JOIN import_head first ON first.ref = place.first_ref
    {lines}
    WHERE head.placed_at <> first.placed_at OR head.currency <> first.currency
    OR COALESCE(head.customer_ref, '') <> COALESCE(first.customer_ref, '')
    OR COALESCE(head.status, '') <> COALESCE(first.status, '')
    OR COALESCE(CAST(head.cancelled_at AS text), '') <> COALESCE(CAST(first.cancelled_at AS text), '')
"""
CONFLICTS = f"""
    SELECT line.file_row,
        CASE WHEN head.placed_at <> first.placed_at THEN 'placed_at'
             WHEN head.currency <> first.currency THEN 'currency'
             WHEN COALESCE(head.customer_ref, '') <> COALESCE(first.customer_ref, '') THEN 'customer_id'
             WHEN COALESCE(head.status, '') <> COALESCE(first.status, '') THEN 'status'
             ELSE 'cancelled_at' END,
        CASE WHEN head.placed_at <> first.placed_at THEN SUBSTR(CAST(head.placed_at AS text), 1, 19) || ' UTC'
             WHEN head.currency <> first.currency THEN head.currency
             WHEN COALESCE(head.customer_ref, '') <> COALESCE(first.customer_ref, '')
             THEN COALESCE(head.customer_ref, '')
             WHEN COALESCE(head.status, '') <> COALESCE(first.status, '') THEN COALESCE(head.status, '')
             ELSE COALESCE(SUBSTR(CAST(head.cancelled_at AS text), 1, 19) || ' UTC', '') END,
        first.file_row
    {_CONTRADICTIONS.format(lines="JOIN import_line line ON line.ref = head.ref")}
"""
DROP_CONFLICTS = f"""
    DELETE FROM import_head WHERE ref IN (SELECT head.ref {_CONTRADICTIONS.format(lines="")})
"""  # noqa: S608 (a constant)

ADD_CUSTOMERS = f"""
    INSERT INTO offers_customer (external_id, {NEW_COLUMNS}, created_at)
    SELECT customer_ref, {NEW_VALUES}, %s FROM (
        SELECT DISTINCT customer_ref FROM import_head WHERE customer_ref IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM offers_customer WHERE external_id = customer_ref)
    ) AS unknown
    WHERE TRUE
    ON CONFLICT (external_id) DO NOTHING
"""  # noqa: S608 (a constant)
# As `order_cancellation.Cancellation.resolve` does; the parameter is the time of the import.
_CANCELLED_AT = """
    CASE WHEN head.status = 'placed' OR (head.status IS NULL AND stored.cancelled_at IS NULL) THEN NULL
         WHEN COALESCE(head.cancelled_at, stored.cancelled_at, %s) > head.placed_at
         THEN COALESCE(head.cancelled_at, stored.cancelled_at, %s)
         ELSE head.placed_at END
"""
WRITE_ORDERS = f"""
    INSERT INTO checkout_order (order_id, customer_id, placed_at, currency, shipping_minor, cancelled_at)
    SELECT
        head.order_ref, COALESCE(customer.merged_into_id, customer.id), head.placed_at, head.currency, 0,
        {_CANCELLED_AT}
    FROM import_head head
    JOIN import_place place ON place.ref = head.ref AND place.first_ref = head.ref
    LEFT JOIN offers_customer customer ON customer.external_id = head.customer_ref
    LEFT JOIN checkout_order stored ON stored.order_id = head.order_ref
    WHERE TRUE
    ORDER BY head.ref
    ON CONFLICT (order_id) DO UPDATE
    SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, currency = excluded.currency,
        cancelled_at = excluded.cancelled_at
    WHERE NOT EXISTS (SELECT 1 FROM checkout_allocation WHERE order_id = checkout_order.id)
    AND (checkout_order.placed_at <> excluded.placed_at OR checkout_order.currency <> excluded.currency
    OR COALESCE(checkout_order.customer_id, 0) <> COALESCE(excluded.customer_id, 0)
    OR COALESCE(checkout_order.cancelled_at, checkout_order.placed_at)
        <> COALESCE(excluded.cancelled_at, checkout_order.placed_at)
    OR (checkout_order.cancelled_at IS NULL) <> (excluded.cancelled_at IS NULL))
"""  # noqa: S608 (a constant)
# Orders with a ledger keep everything but their status.
FIND_CHARGED = """
    SELECT stored.id, head.status, head.cancelled_at
    FROM import_head head
    JOIN import_place place ON place.ref = head.ref AND place.first_ref = head.ref
    JOIN checkout_order stored ON stored.order_id = head.order_ref
    JOIN checkout_allocation ledger ON ledger.order_id = stored.id
    WHERE (head.status = 'cancelled' AND stored.cancelled_at IS NULL)
    OR (head.status = 'placed' AND stored.cancelled_at IS NOT NULL)
"""
# Orders charged through a quote keep their lines.
FIND_TARGETS = """
    INSERT INTO import_target (ref, order_key, first_position, is_stored)
    SELECT place.ref, stored.id, place.first_position, place.is_stored
    FROM import_place place JOIN checkout_order stored ON stored.order_id = place.order_ref
    WHERE NOT EXISTS (SELECT 1 FROM checkout_allocation WHERE order_id = stored.id)
"""
COUNT_ORDERS = """
    SELECT COUNT(*), SUM(CASE WHEN is_stored THEN 1 ELSE 0 END) FROM import_place WHERE ref = first_ref
"""
COUNT_LINES = "SELECT COUNT(*) FROM import_line JOIN import_target ON import_target.ref = import_line.ref"

FIND_KEPT_LINES = """
    INSERT INTO import_kept (line_key)
    SELECT stored.id
    FROM import_line line
    JOIN import_target target ON target.ref = line.ref
    JOIN checkout_orderline stored
        ON stored.order_id = target.order_key AND stored.position = target.first_position + line.place
    WHERE target.is_stored AND stored.product_id = line.product_id
    AND stored.quantity = line.quantity AND stored.unit_price_minor = line.unit_price_minor
"""
_STALE = """
    order_id IN (SELECT order_key FROM import_target WHERE is_stored)
    AND NOT EXISTS (SELECT 1 FROM import_kept WHERE import_kept.line_key = checkout_orderline.id)
"""
FORGET_STALE_ATTRIBUTIONS = f"""
    DELETE FROM checkout_lineattribution
    WHERE line_id IN (SELECT id FROM checkout_orderline WHERE {_STALE})
"""  # noqa: S608 (a constant)
REMOVE_STALE_LINES = f"DELETE FROM checkout_orderline WHERE {_STALE}"  # noqa: S608 (a constant)
WRITE_LINES = """
    INSERT INTO checkout_orderline (order_id, position, product_id, quantity, unit_price_minor, own_id)
    SELECT target.order_key, target.first_position + line.place, line.product_id, line.quantity,
        line.unit_price_minor, ''
    FROM import_line line JOIN import_target target ON target.ref = line.ref
    WHERE NOT target.is_stored OR NOT EXISTS (
        SELECT 1 FROM checkout_orderline stored
        WHERE stored.order_id = target.order_key
        AND stored.position = target.first_position + line.place
    )
"""
