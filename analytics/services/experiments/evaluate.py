"""Count and judge all phases of an experiment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Sum
from django.utils.timezone import localdate

from analytics.models import EVERYBODY, DailyTotal
from analytics.services.experiments.count import count_phase
from analytics.services.experiments.judge import JudgedPhase, judge_phase, verdicts_of
from analytics.services.experiments.result import VERSION, AttributedSales, PhaseResult, TrialResult
from analytics.services.experiments.trial import (
    Trial,
    TrialPhase,
    counted_until,
    is_forgotten,
    look_fractions,
    window_of,
)
from analytics.stats.experiments.compare import LookPlan
from checkout.models import CreditKind
from engine.experiments.running import GROUPS

# How many steps the counting of a phase has.
STEPS: Final = 4
# After the end, returns still change what was sold for so long.
SETTLED: Final = timedelta(days=30)


def evaluate_trial(
    trial: Trial, *, at: datetime, advance: Callable[[], None], known: TrialResult | None = None
) -> TrialResult:
    """Return what the experiment has shown up to the last midnight; the same data give the same result.

    Phases are counted apart: adding units of two splits would compare different people. The verdict is that
    of the last phase. An ended phase of which the journal has forgotten a part stays as it is in `known`.
    """
    until = counted_until(at)
    if known is not None and known.is_final and is_forgotten(trial.phases[0], until):
        return known
    *earlier, last = trial.phases
    before = {phase.number: phase for phase in known.phases} if known else {}
    phases: list[PhaseResult] = []
    for phase in earlier:
        if is_forgotten(phase, until) and phase.number in before:
            phases.append(before[phase.number])
        else:
            phases.append(_judged(trial, phase, until, advance).result)
    judged = _judged(trial, last, until, advance)
    return TrialResult(
        version=VERSION,
        until=localdate(until),
        currency=settings.AWASE_CURRENCY,
        is_final=trial.is_over_at(until - SETTLED),
        has_end=trial.ends_at is not None,
        arms=trial.arms,
        verdicts=verdicts_of(trial, judged, trial.state_at(until)),
        phases=(*phases, judged.result),
        attributed=_attributed(judged) if trial.code == GROUPS else None,
    )


def _judged(trial: Trial, phase: TrialPhase, until: datetime, advance: Callable[[], None]) -> JudgedPhase:
    """Count and judge a phase."""
    is_last = phase is trial.phases[-1]
    plan = LookPlan(look_fractions(trial, until) if is_last or trial.ends_at is None else (1.0,))
    window = window_of(trial, phase, until)
    return judge_phase(trial, phase, window, count_phase(trial, window, advance=advance), plan)


def _attributed(judged: JudgedPhase) -> AttributedSales:
    """Return what is credited to offers in the days of the phase, by declaration or a click."""
    rows = DailyTotal.objects.filter(
        day__gte=judged.result.first_day,
        day__lte=judged.result.last_day,
        audience=EVERYBODY,
        currency=settings.AWASE_CURRENCY,
        credit__in=[CreditKind.DECLARED, CreditKind.CLICKED],
    )
    sums = rows.aggregate(
        orders=Sum("orders", default=0),
        sales=Sum(F("sales_minor") - F("returned_minor"), default=0),
        margin=Sum("margin_minor", default=0),
    )
    return AttributedSales(int(sums["orders"]), int(sums["sales"]), int(sums["margin"]))
