"""Count which offers lower the acceptance of others, and keep what was found with the search."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.rivals import RivalKey, RivalReport, Stratum, find_rivals
from catalog.database.bulk import select_rows, stored_date
from offers.models import EventType

MOST_RIVALS: Final = 20
_ACCEPTED: Final = f"""
    SELECT DISTINCT decision, offer_code, position FROM offers_event
    WHERE type = '{EventType.ACCEPT.value}' AND exclusion = ''
"""  # noqa: S608 (constants)
# An offer in a position, on all pages: placement, offer, position, times shown and accepted.
_SHOWN: Final = f"""
    FROM analytics_journaledslot slot
    JOIN analytics_journaleddecision made ON made.id = slot.decision_id
    JOIN analytics_journaloffer shown ON shown.id = slot.offer_id
    JOIN analytics_journalcontext context ON context.id = slot.context_id
    LEFT JOIN ({_ACCEPTED}) AS accepted ON accepted.decision = made.decision
        AND accepted.offer_code = shown.code AND accepted.position = slot.position
"""
_TOTALS: Final = f"""
    SELECT context.placement, shown.code, slot.position, COUNT(*), COUNT(accepted.decision)
    {_SHOWN}
    WHERE slot.day >= %s AND slot.withheld_by = ''
    GROUP BY 1, 2, 3
"""
# The same, on pages that also show another offer, which comes last.
_TOGETHER: Final = f"""
    SELECT context.placement, shown.code, slot.position, COUNT(*), COUNT(accepted.decision), present.code
    {_SHOWN}
    JOIN (
        SELECT DISTINCT beside.decision_id, offer.code
        FROM analytics_journaledslot beside
        JOIN analytics_journaloffer offer ON offer.id = beside.offer_id
        WHERE beside.day >= %s AND beside.withheld_by = ''
    ) AS present ON present.decision_id = slot.decision_id AND present.code <> shown.code
    WHERE slot.day >= %s AND slot.withheld_by = ''
    GROUP BY 1, 2, 3, 6
"""  # noqa: S608 (constants)


def search_rivals(*, since: date) -> RivalReport:
    """Compare all offers that were shown since a day."""
    day = stored_date(since)
    totals = {
        (place, other, position): Successes(count, trials)
        for place, other, position, trials, count in select_rows(_TOTALS, [day])
    }
    strata: defaultdict[RivalKey, list[Stratum]] = defaultdict(list)
    for placement, other, position, trials, count, offer in select_rows(_TOGETHER, [day, day]):
        total = totals[placement, other, position]
        absent = Successes(total.count - count, total.trials - trials)
        strata[RivalKey(placement, offer)].append(Stratum(Successes(count, trials), absent))
    return find_rivals(strata)


def stored(report: RivalReport) -> Mapping[str, Any]:
    """Return the report as it is stored with the search."""
    return {
        "compared": report.compared_count,
        "too_few": report.too_few_count,
        "rivals": [
            {
                "placement": one.key.placement,
                "offer": one.key.offer,
                "present": one.present.rate,
                "absent": one.absent.rate,
                "effect": one.difference.value,
                "low": one.difference.low,
                "high": one.difference.high,
                "support": min(one.present.trials, one.absent.trials),
            }
            for one in report.rivals[:MOST_RIVALS]
        ],
    }
