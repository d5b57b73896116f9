"""What the offers have added over the holdout, for the first page of the admin."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.models import ExperimentResult
from analytics.reports.experiments.page import EffectRow, effect_row
from analytics.reports.experiments.sentence import VerdictSentence, verdict_sentence
from analytics.reports.experiments.words import GROUP_NAMES
from analytics.services.experiments.stored import read_result
from catalog.services.amounts import money
from engine.experiments.running import GROUPS
from offers.models import HoldoutGroups

_SHOWN: Final = ("sales", "conversion", "order_value", "margin", "ltv_30", "ltv_60", "ltv_90")
# The group that is shown all offers comes last.
_EVERYTHING: Final = -1


@dataclass(frozen=True, slots=True)
class AttributedFigures:
    """What is credited to offers in the same days, which is not what they added."""

    orders: int
    sales: str
    margin: str


@dataclass(frozen=True, slots=True)
class IncrementalReport:
    """What the offers added. Without `is_on`, the shop has no holdout; without `rows`, no result yet."""

    is_on: bool
    until: date | None = None
    first_day: date | None = None
    verdict: VerdictSentence | None = None
    rows: tuple[EffectRow, ...] = ()
    attributed: AttributedFigures | None = None


def read_incremental() -> IncrementalReport:
    """Return what the offers added over the holdout, in two queries."""
    is_on = HoldoutGroups.objects.filter(is_on=True).exists()
    result = read_result(ExperimentResult.objects.filter(code=GROUPS).first())
    if result is None:
        return IncrementalReport(is_on)
    verdict = verdict_sentence(result.verdicts[_EVERYTHING], GROUP_NAMES, result.currency)
    phase = result.phases[-1]
    metrics = {metric.code: metric for metric in phase.metrics}
    place = len(result.arms) - 2
    sold = result.attributed
    return IncrementalReport(
        is_on=is_on,
        until=result.until,
        first_day=phase.first_day,
        verdict=verdict,
        rows=tuple(effect_row(result, metrics[code], place, GROUP_NAMES) for code in _SHOWN)
        if phase.is_trusted
        else (),
        attributed=None
        if sold is None
        else AttributedFigures(
            sold.orders, money(sold.sales_minor, result.currency), money(sold.margin_minor, result.currency)
        ),
    )
