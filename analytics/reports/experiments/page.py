"""The page of a result: the verdict first, then each metric, the split, and exposures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from analytics.reports.experiments.sentence import VerdictSentence, verdict_sentence
from analytics.reports.experiments.words import (
    METRIC_NAMES,
    mean_text,
    share_text,
    signed_text,
)
from analytics.services.experiments.metrics import SPECS
from analytics.services.experiments.outcomes_sql import lifetime
from analytics.services.experiments.result import ArmEffect, MetricResult, PhaseResult, TrialResult
from catalog.services.amounts import money

_GUARDRAILS: Final = {spec.code.value for spec in SPECS if spec.is_guardrail}
_LOWER_IS_BETTER: Final = {spec.code.value for spec in SPECS if not spec.is_higher_better}
# What can be added up over the units of an arm.
_ADDED: Final = ("sales", "margin")
_LIFETIMES: Final = {lifetime(spec.lifetime): spec.code.value for spec in SPECS if spec.lifetime}


@dataclass(frozen=True, slots=True)
class IntervalDrawing:
    """An interval on a line from 0 to 100, on which 50 is no difference."""

    low: float
    value: float
    high: float

    @property
    def width(self) -> float:
        """The length of the interval."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class EffectRow:
    """The effect of an arm on a metric. Without a drawing, there is not enough data.

    `tone` is good or bad if the interval excludes 0, otherwise open. `total` is what all units of the arm
    added together, empty for most metrics.
    """

    metric: Any
    arm: Any
    mean: str
    control_mean: str
    added: str = ""
    share: str = ""
    interval: str = ""
    total: str = ""
    tone: str = "open"
    is_guardrail: bool = False
    drawing: IntervalDrawing | None = None


@dataclass(frozen=True, slots=True)
class ArmRow:
    """The units of an arm against its configured share, and how many of them reported nothing."""

    name: Any
    configured: str
    units: int
    actual: str
    shown: int
    seen: int
    missing: str


@dataclass(frozen=True, slots=True)
class PhaseReport:
    """A phase in words."""

    number: int
    first_day: date
    last_day: date
    arms: tuple[ArmRow, ...]
    effects: tuple[EffectRow, ...]
    left_out: int
    split_p_value: str
    is_split_broken: bool
    lost_arm: Any
    cost_known: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultReport:
    """A result in words: the newest phase first."""

    until: date
    is_final: bool
    has_end: bool
    verdicts: tuple[VerdictSentence, ...]
    phases: tuple[PhaseReport, ...]


def report_of(result: TrialResult, arms: Mapping[str, Any]) -> ResultReport:
    """Return the result in the reader's language; `arms` are their names by code."""
    return ResultReport(
        until=result.until,
        is_final=result.is_final,
        has_end=result.has_end,
        verdicts=tuple(verdict_sentence(one, arms, result.currency) for one in result.verdicts),
        phases=tuple(_phase_report(result, phase, arms) for phase in reversed(result.phases)),
    )


def _phase_report(result: TrialResult, phase: PhaseResult, arms: Mapping[str, Any]) -> PhaseReport:
    counted = sum(arm.units for arm in phase.arms)
    weight = sum(arm.weight for arm in phase.arms)
    return PhaseReport(
        number=phase.number,
        first_day=phase.first_day,
        last_day=phase.last_day,
        arms=tuple(
            ArmRow(
                name=arms.get(one.arm, one.arm),
                configured=share_text(one.weight / weight) if weight else "–",
                units=one.units,
                actual=share_text(one.units / counted) if counted else "–",
                shown=one.shown,
                seen=one.seen,
                missing=share_text(max(one.shown - one.seen, 0) / one.shown) if one.shown else "–",
            )
            for one in phase.arms
        ),
        # Arms that cannot be compared have no effects, only a reason.
        effects=tuple(
            effect_row(result, metric, place, arms)
            for metric in phase.metrics
            for place in range(len(metric.effects))
            if phase.is_trusted
        ),
        left_out=phase.left_out,
        split_p_value=f"{phase.split_p_value:.3f}",
        is_split_broken=phase.is_split_broken,
        lost_arm=None if phase.lost_arm is None else arms.get(phase.lost_arm, phase.lost_arm),
        cost_known="" if phase.cost_known_share is None else share_text(phase.cost_known_share, 0),
        limits=tuple(_limit_text(one.column, one.value, one.units, result.currency) for one in phase.limited),
    )


def effect_row(result: TrialResult, metric: MetricResult, place: int, arms: Mapping[str, Any]) -> EffectRow:
    """Return the row of a metric and one of its effects."""
    effect, code, currency = metric.effects[place], metric.code, result.currency
    known: dict[str, Any] = {}
    if effect.value is not None and effect.low is not None and effect.high is not None:
        known = {
            "added": signed_text(code, effect.value, currency),
            "share": "" if effect.share is None else f"{100 * effect.share:+.1f}%".replace("-", "−"),
            "interval": _("%(low)s to %(high)s")
            % {
                "low": signed_text(code, effect.low, currency),
                "high": signed_text(code, effect.high, currency),
            },
            "drawing": _drawing(effect.low, effect.value, effect.high),
            "tone": _tone(effect, code),
            "total": _total(metric, effect, metric.units[place + 1], currency),
        }
    return EffectRow(
        metric=METRIC_NAMES[code],
        arm=arms.get(effect.arm, effect.arm),
        mean=mean_text(code, metric.means[place + 1], currency),
        control_mean=mean_text(code, metric.means[0], currency),
        is_guardrail=code in _GUARDRAILS,
        **known,
    )


def _tone(effect: ArmEffect, code: str) -> str:
    if not effect.is_certain or effect.value is None:
        return "open"
    return "good" if (effect.value > 0) != (code in _LOWER_IS_BETTER) else "bad"


def _total(metric: MetricResult, effect: ArmEffect, units: int, currency: str) -> str:
    """Return what the units of the arm added together: "+$1,200 (+$300 to +$2,100)"."""
    if metric.code not in _ADDED or effect.value is None or effect.low is None or effect.high is None:
        return ""
    value, low, high = (
        signed_text(metric.code, one * units, currency) for one in (effect.value, effect.low, effect.high)
    )
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def _drawing(low: float, value: float, high: float) -> IntervalDrawing:
    """Return the interval on a scale that has room for it on both sides of no difference."""
    scale = 48 / (max(abs(low), abs(high)) or 1)
    return IntervalDrawing(*(round(50 + one * scale, 2) for one in (low, value, high)))


def _limit_text(column: str, value: float, units: int, currency: str) -> str:
    """Return which large amounts were limited, and of how many shoppers."""
    if column == "before":
        name: Any = _("sales before the first exposure")
    else:
        name = METRIC_NAMES[_LIFETIMES.get(column, column)]
    return _("%(metric)s: more than %(amount)s counts as %(amount)s (shoppers: %(count)s)") % {
        "metric": name,
        "amount": money(round(value), currency),
        "count": units,
    }
