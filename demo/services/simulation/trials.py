"""The holdout and the experiments of the simulated weeks: begun in the past, ended before today."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db import transaction

from demo.plans.simulated import EXPERIMENTS, HOLDOUT_SHARE_BP, ExperimentPlan
from demo.services.curation import create_offer
from offers.models import Arm, ArmOffer, Experiment, LifecycleState, Offer
from offers.services.changed_days import start_of
from offers.services.experiments.end import conclude_experiment
from offers.services.experiments.holdout import shop_groups, start_groups, stop_groups
from offers.services.experiments.start import start_experiment

_ARMS = ("usual", "other")
_HALF_BP = 5000


def is_simulated() -> bool:
    """Tell whether the weeks were simulated: their first experiment is concluded with them."""
    return Experiment.objects.filter(code=EXPERIMENTS[0].code, state=LifecycleState.CONCLUDED).exists()


@transaction.atomic
def begin_trials(*, first: date, today: date) -> None:
    """Start the holdout on the first day, and the experiments on theirs, unless they have started."""
    groups = shop_groups()
    if groups.started_at is None:
        groups.holdout_share_bp = HOLDOUT_SHARE_BP
        groups.save()
        start_groups(at=start_of(first))
    known = set(Experiment.objects.values_list("code", flat=True))
    for plan in EXPERIMENTS:
        if plan.code not in known and Offer.objects.filter(code=plan.offer).exists():
            _begin(plan, first=first, today=today)


def spans_between(first: date, today: date) -> list[tuple[datetime, datetime]]:
    """Return the times from the first day until today in which the same experiments run."""
    days = [
        first,
        *sorted({_end_of(plan, first, today) for plan in EXPERIMENTS if not plan.days_left}),
        today,
    ]
    return [(start_of(day), start_of(following)) for day, following in pairwise(days)]


@transaction.atomic
def end_trials(*, first: date, today: date) -> None:
    """Conclude the experiments that are over with their control, and turn the holdout off.

    Otherwise some visitors of the demo would be shown no offers.
    """
    for plan in EXPERIMENTS:
        running = Experiment.objects.filter(code=plan.code, state=LifecycleState.RUNNING).first()
        if running is not None and not plan.days_left:
            control = Arm.objects.get(experiment=running, is_control=True)
            conclude_experiment(experiment=running, winner=control, at=start_of(_end_of(plan, first, today)))
    if shop_groups().is_on:
        stop_groups(at=start_of(today))


def _begin(plan: ExperimentPlan, *, first: date, today: date) -> None:
    """Create an experiment with its arms, and start it at the beginning of a day."""
    usual = Offer.objects.get(code=plan.offer)
    experiment = Experiment.objects.create(
        code=plan.code,
        name_en=plan.name_en,
        name_ja=plan.name_ja,
        hypothesis=plan.hypothesis,
        metric=plan.metric,
        only_customers=True,
        ends_at=start_of(_end_of(plan, first, today)),
        acknowledged_prices=plan.variant is None,
    )
    for code, name, offers in zip(_ARMS, plan.arm_names, ([usual], _variants(plan)), strict=True):
        _create_arm(experiment, code=code, name=name, offers=offers)
    start_experiment(experiment=experiment, at=start_of(first))


def _variants(plan: ExperimentPlan) -> list[Offer]:
    """Return the paused offer of the second arm, none if it shows nothing."""
    if plan.variant is None:
        return []
    create_offer(plan.variant, items=(), keys={})
    rows = Offer.objects.filter(code=plan.variant.code)
    rows.update(is_active=False)
    return list(rows)


def _create_arm(experiment: Experiment, *, code: str, name: str, offers: Iterable[Offer]) -> None:
    arm = Arm.objects.create(
        experiment=experiment, code=code, name=name, weight_bp=_HALF_BP, is_control=code == _ARMS[0]
    )
    ArmOffer.objects.bulk_create(ArmOffer(arm=arm, offer=offer) for offer in offers)


def _end_of(plan: ExperimentPlan, first: date, today: date) -> date:
    """Return the day at whose start an experiment ends."""
    return today + timedelta(days=plan.days_left) if plan.days_left else today - (today - first) // 3
