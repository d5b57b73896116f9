"""Judge what was counted of a phase: the effects of each metric, the split, exposures, and the verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analytics.services.experiments.count import PhaseCounts, UnitCounts
from analytics.services.experiments.metrics import (
    SPECS,
    SPENT_BEFORE,
    SPENT_BEFORE_LIFETIME,
    MetricCode,
    MetricSpec,
)
from analytics.services.experiments.outcomes_sql import COLUMNS
from analytics.services.experiments.result import (
    ArmEffect,
    ArmUnits,
    ArmVerdict,
    LimitedAmount,
    MetricResult,
    PhaseResult,
)
from analytics.services.experiments.trial import PhaseWindow, Trial, TrialPhase
from analytics.stats.experiments.compare import (
    LookPlan,
    MetricComparison,
    ReadComparison,
    benjamini_hochberg_levels,
    holm_levels,
    read_comparisons,
)
from analytics.stats.experiments.cuped import adjust
from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.exposures import ExposureCounts, LostExposures, lost_exposures
from analytics.stats.experiments.metric import mean_of, mean_of_rate
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.srm import SplitPhase, broken_phase, daily_split_p_values
from analytics.stats.experiments.sums import Sums
from analytics.stats.experiments.verdict import (
    ExperimentLook,
    ExperimentState,
    Guardrail,
    verdict_of,
)
from analytics.stats.proportion import LEAST_TRIALS

# With fewer buyers in an arm, an interval of money says little.
LEAST_BUYERS: Final = 10


@dataclass(frozen=True, slots=True)
class JudgedPhase:
    """A phase with what decides whether its effects may be believed."""

    result: PhaseResult
    lost: LostExposures | None
    read: dict[tuple[MetricCode, str], ReadComparison]
    control_means: dict[tuple[MetricCode, str], float]


def judge_phase(
    trial: Trial, phase: TrialPhase, window: PhaseWindow, counts: PhaseCounts, plan: LookPlan
) -> JudgedPhase:
    """Return what the phase has shown."""
    compared = {
        (spec.code, arm): found
        for spec in SPECS
        for arm in trial.arms[1:]
        if (found := _compare(spec, counts, trial.arms[0], arm)) is not None
    }
    read = _read(trial, compared, plan)
    split = _split(trial, phase, counts)
    of_arms = [counts.units.get(arm, UnitCounts()) for arm in trial.arms]
    lost = lost_exposures([ExposureCounts(one.shown, one.seen) for one in of_arms])
    result = PhaseResult(
        number=phase.number,
        first_day=window.first_day,
        last_day=window.last_day,
        arms=tuple(
            ArmUnits(arm, weight, one.units, one.shown, one.seen)
            for arm, weight, one in zip(trial.arms, phase.weights, of_arms, strict=True)
        ),
        left_out=counts.left_out,
        split_p_value=float(daily_split_p_values(split)[-1]) if len(split.daily_counts) else 1.0,
        is_split_broken=broken_phase((split,)) is not None,
        lost_arm=None if lost is None else trial.arms[lost.arm],
        cost_known_share=_cost_known_share(counts.sums.values()),
        limited=tuple(
            LimitedAmount(column, limit.value, limit.unit_count)
            for column, limit in sorted(counts.limits.items())
        ),
        metrics=tuple(_metric_result(spec, trial, counts, compared, read) for spec in SPECS),
    )
    means = {key: one.control.mean for key, one in compared.items()}
    return JudgedPhase(result, lost, read, means)


def verdicts_of(trial: Trial, judged: JudgedPhase, state: ExperimentState) -> tuple[ArmVerdict, ...]:
    """Return the verdict about each treated arm: that of the last phase."""
    return tuple(_verdict_of(trial, judged, state, arm) for arm in trial.arms[1:])


def _verdict_of(trial: Trial, judged: JudgedPhase, state: ExperimentState, arm: str) -> ArmVerdict:
    primary = MetricCode(trial.primary)
    specs = {spec.code: spec for spec in SPECS}
    read = judged.read.get((primary, arm))
    guarded = (specs[MetricCode(code)] for code in trial.guardrails if code != trial.primary)
    look = ExperimentLook(
        state=state,
        effect=None if read is None else read.effect,
        smallest_effect=None if read is None else read.smallest_effect,
        is_higher_better=specs[primary].is_higher_better,
        guardrails=tuple(
            Guardrail(spec.code.value, _effect_of(judged.read.get((spec.code, arm))), spec.is_higher_better)
            for spec in guarded
        ),
        broken_phase=judged.result.number if judged.result.is_split_broken else None,
        lost_exposures=judged.lost,
    )
    verdict = verdict_of(look)
    said: dict[str, Any] = {
        name: _rounded(value) if isinstance(value, float) else value
        for name, value in verdict.parameters.items()
    }
    if (place := said.pop("arm", None)) is not None:
        said["lost_arm"] = trial.arms[place]
    return ArmVerdict(
        arm=arm,
        kind=verdict.kind.value,
        metric=primary.value,
        control_mean=judged.control_means.get((primary, arm)),
        **said,
    )


def _effect_of(read: ReadComparison | None) -> EffectInterval | None:
    return None if read is None else read.effect


def _read(
    trial: Trial, compared: dict[tuple[MetricCode, str], MetricComparison], plan: LookPlan
) -> dict[tuple[MetricCode, str], ReadComparison]:
    """Return what the comparisons say: those of the main metric are corrected apart from all others."""
    levels = benjamini_hochberg_levels if trial.is_few_false else holm_levels
    read: dict[tuple[MetricCode, str], ReadComparison] = {}
    for is_primary in (True, False):
        keys = [key for key in compared if (key[0].value == trial.primary) == is_primary]
        found = read_comparisons(tuple(compared[key] for key in keys), plan, levels=levels)
        read |= zip(keys, found, strict=True)
    return read


def _compare(spec: MetricSpec, counts: PhaseCounts, control: str, treated: str) -> MetricComparison | None:
    """Return the comparison of a metric; None without enough data in both arms."""
    of_arms = counts.lifetimes[spec.lifetime] if spec.lifetime else counts.sums
    before, after = of_arms.get(control), of_arms.get(treated)
    if before is None or after is None or min(before.unit_count, after.unit_count) < LEAST_TRIALS:
        return None
    if not _is_known(spec, counts, control, treated):
        return None
    if spec.is_rate:
        rates = tuple(
            Successes(int(one.totals[spec.metric.numerator]), one.unit_count) for one in (before, after)
        )
        means = [mean_of_rate(one) for one in rates]
        if means[0] is None or means[1] is None:
            return None
        return MetricComparison(means[0], means[1], (rates[0], rates[1]))
    if spec.is_adjusted:
        covariate = SPENT_BEFORE_LIFETIME if spec.lifetime else SPENT_BEFORE
        arms = adjust(before, after, outcome=spec.metric, before=covariate)
        return None if arms is None else MetricComparison(arms.control, arms.treated)
    plain = mean_of(before, spec.metric), mean_of(after, spec.metric)
    return None if plain[0] is None or plain[1] is None else MetricComparison(plain[0], plain[1])


def _is_known(spec: MetricSpec, counts: PhaseCounts, control: str, treated: str) -> bool:
    """Return whether enough happened in both arms for the metric to say something."""
    sums = [counts.sums[arm] for arm in (control, treated)]
    if spec.needs == "answers":
        # An arm that is shown nothing has nothing to decline.
        return all(counts.units[arm].shown for arm in (control, treated))
    if not all(_total(one, spec.needs) for one in sums):
        return False
    return spec.is_rate or all(_total(one, "buyers") >= LEAST_BUYERS for one in sums)


def _total(sums: Sums, column: str) -> float:
    return sums.totals[COLUMNS.index(column)]


def _cost_known_share(arms: Iterable[Sums]) -> float | None:
    """Return the share of the products kept whose cost is known; None if none was kept."""
    costed = kept = 0.0
    for one in arms:
        costed, kept = costed + _total(one, "costed"), kept + _total(one, "units")
    return costed / kept if kept else None


def _split(trial: Trial, phase: TrialPhase, counts: PhaseCounts) -> SplitPhase:
    """Return the new units of each day by arm."""
    daily = [[counts.daily[day].get(arm, 0) for arm in trial.arms] for day in sorted(counts.daily)]
    return SplitPhase(
        np.array(phase.weights, dtype=np.float64),
        np.array(daily, dtype=np.int64).reshape(-1, len(trial.arms)),
    )


def _metric_result(
    spec: MetricSpec,
    trial: Trial,
    counts: PhaseCounts,
    compared: dict[tuple[MetricCode, str], MetricComparison],
    read: dict[tuple[MetricCode, str], ReadComparison],
) -> MetricResult:
    of_arms = counts.lifetimes[spec.lifetime] if spec.lifetime else counts.sums
    found = [of_arms.get(arm) for arm in trial.arms]
    means = [None if one is None else mean_of(one, spec.metric) for one in found]
    return MetricResult(
        code=spec.code.value,
        means=tuple(None if one is None else _rounded(one.mean) for one in means),
        units=tuple(0 if one is None else one.unit_count for one in found),
        effects=tuple(
            _arm_effect(arm, compared.get((spec.code, arm)), read.get((spec.code, arm)))
            for arm in trial.arms[1:]
        ),
    )


def _arm_effect(arm: str, compared: MetricComparison | None, read: ReadComparison | None) -> ArmEffect:
    if compared is None or read is None or read.effect is None:
        return ArmEffect(arm)
    effect, base = read.effect, compared.control.mean
    return ArmEffect(
        arm,
        value=_rounded(effect.value),
        low=_rounded(effect.low),
        high=_rounded(effect.high),
        share=_rounded(effect.value / base) if base > 0 else None,
        smallest_effect=_rounded(read.smallest_effect),
        is_certain=read.is_certain,
    )


def _rounded(value: float | None) -> float:
    """Return the value with 12 digits: the last ones differ with the order of additions."""
    return float(f"{value or 0.0:.12g}")
