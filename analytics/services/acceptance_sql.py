"""The statements that count the answers of shoppers in the journal."""

from typing import Final

from analytics.stats.acceptance import MAX_POSITION
from checkout.models import CreditKind
from engine.learned.acceptance import ALL_PRODUCTS
from offers.models import DeclineReason, EventType

# The slots that were answered by an event that counts; a condition on the event follows.
_ANSWERED: Final = """
    SELECT slot.id
    FROM offers_event event
    JOIN analytics_journaleddecision made ON made.decision = event.decision
    JOIN analytics_journaledslot slot ON slot.decision_id = made.id AND slot.position = event.position
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id AND shown.code = event.offer_code
    WHERE event.exclusion = '' AND
"""
# The slots that were accepted: by an event, or by an order that named the decision. There are few of them.
_ACCEPTED: Final = f"""
    {_ANSWERED} event.type = '{EventType.ACCEPT.value}'
    UNION
    SELECT slot.id
    FROM checkout_lineattribution credit
    JOIN checkout_orderline line ON line.id = credit.line_id
    JOIN catalog_product sold ON sold.id = line.product_id
    JOIN analytics_journaleddecision made ON made.decision = credit.decision
    JOIN analytics_journaledslot slot ON slot.decision_id = made.id AND slot.product = sold.sku
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id AND shown.code = credit.offer_code
    WHERE credit.how = '{CreditKind.DECLARED.value}'
"""  # noqa: S608 (constants)
# Day, kind, offer, placement, product, position, audiences as a JSON list; shown, relevance, accepted.
ANSWERS: Final = f"""
    SELECT slot.day, shown.kind, shown.offer, context.placement, COALESCE(sold.id, {ALL_PRODUCTS}),
        CASE WHEN slot.position > {MAX_POSITION} THEN {MAX_POSITION} ELSE slot.position END,
        CAST(context.audiences AS text), COUNT(*), SUM(slot.relevance), COUNT(accepted.id)
    FROM analytics_journaledslot slot
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    JOIN analytics_journalcontext context ON context.id = slot.context_id
    LEFT JOIN catalog_product sold ON sold.sku = slot.product
    LEFT JOIN ({_ACCEPTED}) AS accepted ON accepted.id = slot.id
    WHERE slot.withheld_by = '' AND slot.day <= %s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 (constants)
# The slots that were declined because they do not fit.
_UNFIT: Final = f"{_ANSWERED} event.reason = '{DeclineReason.FIT.value}'"
# Day, category of the page, product; declined, accepted. A placement that is about the cart ignores the page.
FITS: Final = f"""
    SELECT slot.day, page.category_id, sold.id, SUM(answer.declined), SUM(1 - answer.declined)
    FROM (
        SELECT id, 0 AS declined FROM ({_ACCEPTED}) AS accepted
        UNION
        SELECT id, 1 AS declined FROM ({_UNFIT}) AS unfit
    ) AS answer
    JOIN analytics_journaledslot slot ON slot.id = answer.id
    JOIN analytics_journaleddecision made ON made.id = slot.decision_id
    JOIN analytics_journalcontext context ON context.id = slot.context_id
    JOIN catalog_product sold ON sold.sku = slot.product
    JOIN catalog_product page ON page.sku = made.product
    WHERE slot.withheld_by = '' AND slot.day <= %s AND page.category_id IS NOT NULL
        AND context.placement NOT IN (SELECT code FROM offers_placement WHERE is_about_cart)
    GROUP BY 1, 2, 3
"""  # noqa: S608 (constants)
