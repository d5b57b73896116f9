"""Divide the shoppers of all bandits once a day, after midnight of the shop."""

from datetime import datetime

import msgspec
from django.conf import settings
from django.utils.timezone import localdate

from analytics.services.experiments.bandit.count import count_bandit
from analytics.services.experiments.bandit.figures import BanditFigures
from analytics.services.experiments.bandit.judge import ArmLimits, judge_bandit
from analytics.services.experiments.trial import counted_until, window_of
from analytics.services.experiments.trials import find_trial
from offers.models import Arm, Experiment
from offers.services.experiments.division import bandits_to_divide, divide_bandit


def divide_due(*, at: datetime) -> int:
    """Divide the bandits that were not divided today; return how many were."""
    return sum(_divide(experiment, at=at) for experiment in bandits_to_divide(day=localdate(at)))


def _divide(experiment: Experiment, *, at: datetime) -> bool:
    figures = figures_of(experiment, at=at)
    if figures is None:
        return False
    return divide_bandit(
        experiment=experiment,
        day=localdate(at),
        shares={one.arm: one.share_bp for one in figures.arms},
        figures=msgspec.to_builtins(figures),
        is_settled=figures.is_settled,
        at=at,
    )


def figures_of(experiment: Experiment, *, at: datetime) -> BanditFigures | None:
    """Return what is known of a bandit up to the last midnight; None on its first day."""
    trial, until = find_trial(experiment.code), counted_until(at)
    window_days = settings.AWASE_ATTRIBUTION_DAYS
    if trial is None or trial.phases[-1].starts_at >= until:
        return None
    window = window_of(trial, trial.phases[-1], until)
    arms = {arm.code: arm for arm in Arm.objects.filter(experiment=experiment)}
    return judge_bandit(
        [ArmLimits(code, arms[code].least_bp, arms[code].most_bp) for code in trial.arms],
        count_bandit(trial, window, window_days=window_days),
        first_day=window.first_day,
        until=localdate(until),
        window_days=window_days,
    )
