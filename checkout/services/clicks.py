"""Credit order lines to the last click of the customer, where the shop has named no decision.

A click or accept counts for the orders of the same customer in the attribution window after it. Of those
that proposed the product of a line, the last one is credited; otherwise the last one that proposed another
product, as assisted. Orders without a customer keep what they have: the customer may have been deleted since.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection

from catalog.database.bulk import stored_datetime
from checkout.models import CreditKind
from offers.models import LEADS

# What the databases write differently: the earliest click that counts, and whether one proposed a product.
_DIALECTS: Final = {
    "postgresql": {
        "earliest": "sold.placed_at - %(days)s * INTERVAL '1 day'",
        "proposed": "click.products @> to_jsonb(product.sku)",
    },
    "sqlite": {
        "earliest": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', sold.placed_at, '-' || %(days)s || ' days')",
        "proposed": "EXISTS (SELECT 1 FROM json_each(click.products) WHERE value = product.sku)",
    },
}
_ORDERS: Final = """
    sold.customer_id IS NOT NULL AND sold.placed_at >= %(start)s AND sold.placed_at < %(end)s
"""
# The credit of each line that has one: the click of the first rank.
_CREDITS: Final = f"""
    SELECT line.id AS line_id, click.decision, click.offer_code,
        CASE WHEN {{proposed}} THEN '{CreditKind.CLICKED.value}'
             ELSE '{CreditKind.ASSISTED.value}' END AS how,
        ROW_NUMBER() OVER (
            PARTITION BY line.id
            ORDER BY CASE WHEN {{proposed}} THEN 0 ELSE 1 END, click.occurred_at DESC, click.id DESC
        ) AS place
    FROM checkout_order sold
    JOIN checkout_orderline line ON line.order_id = sold.id
    JOIN catalog_product product ON product.id = line.product_id
    JOIN offers_event click ON click.customer_id = sold.customer_id
        AND click.exclusion = '' AND click.type IN ('{LEADS[0]}', '{LEADS[1]}')
        AND click.occurred_at <= sold.placed_at AND click.occurred_at > {{earliest}}
    LEFT JOIN checkout_lineattribution declared
        ON declared.line_id = line.id AND declared.how = '{CreditKind.DECLARED.value}'
    WHERE {_ORDERS} AND declared.line_id IS NULL
"""  # noqa: S608 (constants)
_FORGET: Final = f"""
    DELETE FROM checkout_lineattribution
    WHERE how <> '{CreditKind.DECLARED.value}'
    AND line_id IN (
        SELECT line.id FROM checkout_order sold JOIN checkout_orderline line ON line.order_id = sold.id
        WHERE {_ORDERS}
    )
    AND NOT EXISTS (
        SELECT 1 FROM ({_CREDITS}) AS credit
        WHERE credit.place = 1 AND credit.line_id = checkout_lineattribution.line_id
        AND credit.decision = checkout_lineattribution.decision
        AND credit.offer_code = checkout_lineattribution.offer_code
        AND credit.how = checkout_lineattribution.how
    )
"""  # noqa: S608 (constants)
_CREDIT: Final = f"""
    INSERT INTO checkout_lineattribution (line_id, decision, offer_code, how)
    SELECT line_id, decision, offer_code, how FROM ({_CREDITS}) AS credit WHERE place = 1
    ORDER BY line_id
    ON CONFLICT (line_id) DO NOTHING
"""  # noqa: S608 (constants)


def credit_clicks(*, start: datetime, end: datetime) -> None:
    """Credit the lines of orders placed from `start` until before `end`, in the caller's transaction.

    Repeating it changes nothing. Rows that are still right are not touched, so it rarely waits for orders
    that are recorded at the same time.
    """
    said = {
        "start": stored_datetime(start),
        "end": stored_datetime(end),
        "days": settings.AWASE_ATTRIBUTION_DAYS,
    }
    with connection.cursor() as cursor:
        for statement in (_FORGET, _CREDIT):
            cursor.execute(statement.format(**_DIALECTS[connection.vendor]), said)
