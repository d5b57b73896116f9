"""Learn from the journal which offers are accepted: read the answers, fit, and list what decisions use."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from analytics.stats.acceptance import MAX_POSITION, Exposures, FittedAcceptance, fit_acceptance
from analytics.stats.arrays import Floats
from checkout.models import CreditKind
from engine.learned.acceptance import ALL_PRODUCTS, AcceptanceFigure, LearnedAcceptance
from offers.models import EventType

# More figures than this would make snapshots large: those with the most exposures are used.
MAX_FIGURES: Final = 20_000
# Ratios are rounded, so that a recompute without new answers publishes the same.
_DECIMALS: Final = 4
# The slots that were accepted: by an event, or by an order that named the decision. There are few of them.
_ACCEPTED: Final = f"""
    SELECT slot.id
    FROM offers_event event
    JOIN analytics_journaleddecision made ON made.decision = event.decision
    JOIN analytics_journaledslot slot ON slot.decision_id = made.id AND slot.position = event.position
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id AND shown.code = event.offer_code
    WHERE event.type = '{EventType.ACCEPT.value}' AND event.exclusion = ''
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
_ANSWERS: Final = f"""
    SELECT slot.day, shown.kind, shown.offer, context.placement, COALESCE(sold.id, {ALL_PRODUCTS}),
        CASE WHEN slot.position > {MAX_POSITION} THEN {MAX_POSITION} ELSE slot.position END,
        COUNT(*), SUM(slot.relevance), COUNT(accepted.id)
    FROM analytics_journaledslot slot
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    JOIN analytics_journalcontext context ON context.id = slot.context_id
    LEFT JOIN catalog_product sold ON sold.sku = slot.product
    LEFT JOIN ({_ACCEPTED}) AS accepted ON accepted.id = slot.id
    WHERE slot.withheld_by = '' AND slot.day <= %s
    GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 (constants)


def read_acceptance(*, at: datetime) -> LearnedAcceptance:
    """Return what shoppers accepted until `at` of what they were shown; nothing without any decision."""
    today = localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [connection.ops.adapt_datefield_value(today)])
        rows = cursor.fetchall()
    if not rows:
        return LearnedAcceptance()
    days, kinds, offers, placements, products, positions, *counts = zip(*rows, strict=True)
    weight = _weight_of(days, today)
    kind_places = np.unique(np.array(kinds), return_inverse=True)[1]
    placement_names, placement_places = np.unique(np.array(placements), return_inverse=True)
    shown, relevance, accepted = (weight * np.array(count, np.float64) for count in counts)
    exposures = Exposures(
        cells=np.stack([kind_places, np.array(offers), placement_places, np.array(products)], axis=1),
        position=np.array(positions, np.int64),
        shown=shown,
        relevance=relevance,
        accepted=accepted,
    )
    return _listed(fit_acceptance(exposures), placement_names.tolist())


def _weight_of(days: Sequence[date | str], today: date) -> Floats:
    """Return how much each day counts: half after the half-life. SQLite returns days as text."""
    ages = [(today - (date.fromisoformat(day) if isinstance(day, str) else day)).days for day in days]
    return np.asarray(0.5 ** (np.array(ages) / settings.AWASE_ANSWER_HALF_LIFE_DAYS))


def _listed(fitted: FittedAcceptance, placements: list[str]) -> LearnedAcceptance:
    """Return the figures that decisions use: of offers in placements, and of their products."""
    figures = []
    for level in fitted.levels[2:]:
        for place, cell in enumerate(level.cells.tolist()):
            _kind, offer, placement, *product = cell
            if product == [ALL_PRODUCTS]:
                continue
            figures.append(
                AcceptanceFigure(
                    offer=offer,
                    placement=placements[placement],
                    product=product[0] if product else ALL_PRODUCTS,
                    shown=round(float(level.shown[place]), _DECIMALS),
                    expected=round(float(level.expected[place]), _DECIMALS),
                    accepted=round(float(level.accepted[place]), _DECIMALS),
                    ratio=round(float(level.ratio[place]), _DECIMALS),
                )
            )
    figures.sort(key=lambda one: (-one.shown, one.offer, one.placement, one.product))
    examination = tuple(round(float(one), _DECIMALS) for one in fitted.examination)
    return LearnedAcceptance(tuple(figures[:MAX_FIGURES]), examination)
