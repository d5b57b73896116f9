"""Find what there is to count: the experiments that have started, and the groups of the shop."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Prefetch

from analytics.services.experiments.trial import Trial, TrialPhase
from engine.experiments.running import GROUPS
from offers.models import Arm, Division, Experiment, HoldoutGroups, LifecycleState, MultipleTesting, Phase
from offers.models.experiment import WHOLE

_GROUP_METRIC, _GROUP_GUARDRAILS = "sales", ("margin", "returns")


def started_trials() -> Iterator[Trial]:
    """Yield the groups of the shop if they have ever been on, and the experiments that have started.

    Not bandits: the split of their units follows their results, so a test would compare different days.
    """
    if (groups := trial_of_groups()) is not None:
        yield groups
    started = (
        Experiment.objects.exclude(state=LifecycleState.DRAFT).filter(division=Division.FIXED).order_by("pk")
    )
    for experiment in _with_parts(started):
        if (trial := _trial_of(experiment)) is not None:
            yield trial


def find_trial(code: str) -> Trial | None:
    """Return what has this code; None if it has not started."""
    if code == GROUPS:
        return trial_of_groups()
    found = _with_parts(Experiment.objects.filter(code=code)).first()
    return None if found is None else _trial_of(found)


def trial_of_groups() -> Trial | None:
    """Return the groups of the shop as an experiment, with the holdout as its control."""
    groups = HoldoutGroups.objects.filter(started_at__isnull=False).first()
    if groups is None or groups.started_at is None:
        return None
    shares = {"holdout": groups.holdout_share_bp}
    if groups.usual_share_bp:
        shares["usual"] = groups.usual_share_bp
    shares["everything"] = WHOLE - groups.holdout_share_bp - groups.usual_share_bp
    weights = tuple(share / WHOLE for share in shares.values())
    return Trial(
        code=GROUPS,
        arms=tuple(shares),
        phases=(TrialPhase(1, weights, groups.started_at, groups.stopped_at),),
        primary=_GROUP_METRIC,
        guardrails=_GROUP_GUARDRAILS,
        stopped_at=groups.stopped_at,
    )


def _with_parts(experiments: models.QuerySet[Experiment]) -> models.QuerySet[Experiment]:
    return experiments.prefetch_related(
        Prefetch("arms", Arm.objects.order_by("-is_control", "pk")),
        Prefetch("phases", Phase.objects.order_by("number")),
    )


def _trial_of(experiment: Experiment) -> Trial | None:
    arms, phases = list(experiment.arms.all()), list(experiment.phases.all())
    if not arms or not phases:
        return None
    codes = tuple(arm.code for arm in arms)
    return Trial(
        code=experiment.code,
        arms=codes,
        phases=tuple(
            TrialPhase(
                phase.number,
                tuple(phase.weights.get(code, 0) / WHOLE for code in codes),
                phase.started_at,
                phase.ended_at,
            )
            for phase in phases
        ),
        primary=experiment.metric,
        guardrails=tuple(experiment.guardrails),
        ends_at=experiment.ends_at,
        stopped_at=experiment.stopped_at or experiment.concluded_at,
        is_few_false=experiment.correction == MultipleTesting.BENJAMINI_HOCHBERG,
    )
