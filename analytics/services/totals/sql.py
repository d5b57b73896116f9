"""The statements that count what became of offers, by place, product and audience.

The sources are the journal, events, credited order lines, and discounts. A row names its slot of the journal,
which knows the version, the strategy and the context; what was not journalled keeps its own values. Hours
have what the journal and events say, the part of the orders has the rest.
"""

from collections.abc import Collection, Iterable
from typing import Final

from analytics.services.totals.dialect import Dialect
from analytics.services.totals.sales_sql import DISCOUNTS, sales_sql
from analytics.services.totals.slot_sql import slot_of
from offers.models import EventType

MEASURES: Final = (
    "decided",
    "shown",
    "seen",
    "clicked",
    "accepted",
    "declined",
    "orders",
    "units",
    "sales_minor",
    "returned_units",
    "returned_minor",
    "costed_units",
    "margin_minor",
    "uses",
    "discount_minor",
)
# What a source says of its rows; the values of what it does not say.
_SAID: Final = {
    "slot_id": "NULL",
    "offer": "''",
    "version": "0",
    "placement": "''",
    "channel": "''",
    "product": "''",
    "currency": "''",
    "credit": "''",
    **dict.fromkeys(MEASURES, "0"),
}
_EVENTS: Final = {
    EventType.IMPRESSION.value: "seen",
    EventType.CLICK.value: "clicked",
    EventType.ACCEPT.value: "accepted",
    EventType.DECLINE.value: "declined",
}

_DECISIONS: Final = """
    SELECT MIN(slot.id) AS slot_id, shown.code AS offer, slot.product, COUNT(*) AS decided,
        SUM(CASE WHEN slot.withheld_by = '' THEN 1 ELSE 0 END) AS shown
    FROM analytics_journaledslot slot JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    WHERE slot.day = %(day)s AND slot.hour BETWEEN %(first_hour)s AND %(last_hour)s
    GROUP BY slot.offer_id, slot.context_id, slot.product, shown.code
"""


def _events_sql() -> str:
    slot = slot_of(decision="event.decision", offer="event.offer_code", best="slot.position = event.position")
    counts = ", ".join(
        f"CASE WHEN event.type = '{kind}' THEN 1 ELSE 0 END AS {name}" for kind, name in _EVENTS.items()
    )
    kinds = ", ".join(f"'{kind}'" for kind in _EVENTS)
    return f"""
        SELECT ({slot}) AS slot_id, event.offer_code AS offer, event.placement, event.channel, {counts}
        FROM offers_event event
        WHERE event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
        AND event.exclusion = '' AND event.type IN ({kinds})
    """  # noqa: S608 (constants)


def traffic_sql(of: Dialect) -> str:
    """Return the statement that counts hours; it needs their range, start and end."""
    events = ["slot_id", "offer", "placement", "channel", *_EVENTS.values()]
    return _total_sql(
        of,
        (
            (["slot_id", "offer", "product", "decided", "shown"], _DECISIONS),
            (events, _events_sql()),
        ),
    )


def orders_sql(of: Dialect) -> str:
    """Return the statement that counts orders; it needs start and end of the day, and if prices have tax."""
    sales = ["slot_id", "offer", "product", "currency", "credit", *MEASURES[6:13]]
    return _total_sql(
        of,
        (
            (sales, sales_sql(of)),
            (["offer", "version", "currency", "uses", "discount_minor"], DISCOUNTS),
        ),
    )


def _columns(said: Collection[str]) -> str:
    return ", ".join(name if name in said else f"{blank} AS {name}" for name, blank in _SAID.items())


def _total_sql(of: Dialect, sources: Iterable[tuple[Collection[str], str]]) -> str:
    """Return the statement that adds the rows of these sources to a part of a day."""
    keys = "offer, version, placement, channel, kind, strategy, product, audience, credit, currency"
    sums = ", ".join(f"SUM(source.{name})" for name in MEASURES)
    rows = " UNION ALL ".join(
        f"SELECT {_columns(said)} FROM ({part}) AS source"  # noqa: S608 (constants)
        for said, part in sources
    )
    return f"""
        INSERT INTO analytics_dailytotal (day, part, {keys}, {", ".join(MEASURES)})
        SELECT %(day)s, %(part)s, source.offer, COALESCE(shown.version, source.version),
            COALESCE(context.placement, source.placement), COALESCE(context.channel, source.channel),
            COALESCE(shown.kind, known.kind, ''), COALESCE(shown.strategy, ''),
            CASE WHEN source.product = '' THEN COALESCE(slot.product, '') ELSE source.product END,
            COALESCE(member.audience, 0), source.credit,
            CASE WHEN source.currency = '' THEN COALESCE(shown.currency, '') ELSE source.currency END,
            {sums}
        FROM ({rows}) AS source
        LEFT JOIN analytics_journaledslot slot ON slot.id = source.slot_id
        LEFT JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
        LEFT JOIN analytics_journalcontext context ON context.id = slot.context_id
        LEFT JOIN offers_offer known ON known.code = source.offer
        LEFT JOIN (
            SELECT id AS context_id, 0 AS audience FROM analytics_journalcontext
            UNION ALL
            SELECT context.id, CAST(member.value AS bigint)
            FROM analytics_journalcontext context CROSS JOIN {of.members} AS member
        ) AS member ON member.context_id = context.id
        GROUP BY 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    """  # noqa: S608 (constants)


def result_sql() -> str:
    """Return the statement that adds up the totals of a part of a day over versions and products.

    Pages read one audience: its rows of a day are stored next to each other.
    """
    keys = "day, part, offer, placement, channel, kind, strategy, audience, credit, currency"
    return f"""
        INSERT INTO analytics_dailyresult ({keys}, {", ".join(MEASURES)})
        SELECT {keys}, {", ".join(f"SUM({name})" for name in MEASURES)}
        FROM analytics_dailytotal WHERE day = %(day)s AND part = %(part)s
        GROUP BY {keys} ORDER BY audience, offer
    """  # noqa: S608 (constants)
