"""Count and judge all phases of an experiment."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import F, Sum
from django.utils.timezone import localdate

from analytics.models import EVERYBODY, DailyTotal
from analytics.services.experiments.count import count_phase
from analytics.services.experiments.judge import JudgedPhase, judge_phase, verdicts_of
from analytics.services.experiments.result import VERSION, AttributedSales, TrialResult
from analytics.services.experiments.trial import Trial, counted_until, look_fractions, window_of
from analytics.stats.experiments.compare import LookPlan
from checkout.models import CreditKind
from engine.experiments.running import GROUPS

# How many steps the counting of a phase has.
STEPS: Final = 4


def evaluate_trial(trial: Trial, *, at: datetime, advance: Callable[[], None]) -> TrialResult:
    """Return what the experiment has shown up to the last midnight; the same data give the same result.

    Phases are counted apart: adding units of two splits would compare different people. The verdict is that
    of the last phase.
    """
    until = counted_until(at)
    judged: list[JudgedPhase] = []
    for phase in trial.phases:
        window = window_of(trial, phase, until)
        is_last = phase is trial.phases[-1]
        plan = LookPlan(look_fractions(trial, until) if is_last or trial.ends_at is None else (1.0,))
        counts = count_phase(trial, window, advance=advance)
        judged.append(judge_phase(trial, phase, window, counts, plan))
    state = trial.state_at(until)
    return TrialResult(
        version=VERSION,
        until=localdate(until),
        currency=settings.AWASE_CURRENCY,
        is_final=trial.is_over_at(until),
        has_end=trial.ends_at is not None,
        arms=trial.arms,
        verdicts=verdicts_of(trial, judged[-1], state),
        phases=tuple(one.result for one in judged),
        attributed=_attributed(judged[-1]) if trial.code == GROUPS else None,
    )


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
