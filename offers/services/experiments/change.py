"""Change experiments while they run: their coverage, their end and their split."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.revision import raise_revision
from offers.models import WHOLE, Arm, Division, Experiment, LifecycleState, Phase
from offers.services.experiments.arms import find_faults_of_weights
from offers.services.experiments.start import begin_phase


def lock_running(experiment: Experiment) -> Experiment:
    """Return the experiment, locked; raise ValidationError if it is not running."""
    locked = Experiment.objects.select_for_update().filter(pk=experiment.pk).first()
    if locked is None or locked.state != LifecycleState.RUNNING:
        raise ValidationError(_("The experiment is not running."))
    return locked


def check_coverage(*, before: int, after: int) -> None:
    """Raise ValidationError unless the coverage, in basis points, only grows.

    A smaller one would take shoppers out of their arms, and what they have seen would remain in the results.
    """
    if after < before:
        words = _("The share of shoppers can only grow while the experiment is running.")
        raise ValidationError({"coverage_bp": words})
    if after > WHOLE:
        words = _("A share of shoppers must be between 0.01 and 100 percent.")
        raise ValidationError({"coverage_bp": words})


def check_end(experiment: Experiment, ends_at: datetime | None, *, at: datetime) -> None:
    """Raise ValidationError for a new end that is over, or not later than the start."""
    if ends_at is not None and ends_at <= max(at, experiment.starts_at or at):
        raise ValidationError({"ends_at": _("The end must be in the future.")})


@transaction.atomic
def adjust_experiment(
    *, experiment: Experiment, coverage_bp: int, ends_at: datetime | None, at: datetime
) -> None:
    """Let more shoppers take part, and set or remove the end; nobody changes the arm.

    The phase remains the same. Raises ValidationError with the field.
    """
    locked = lock_running(experiment)
    check_coverage(before=locked.coverage_bp, after=coverage_bp)
    if ends_at != locked.ends_at:
        check_end(locked, ends_at, at=at)
    locked.coverage_bp, locked.ends_at = coverage_bp, ends_at
    locked.save()
    Phase.objects.filter(experiment=locked, ended_at=None).update(coverage_bp=coverage_bp)
    raise_revision(domain="offers")
    experiment.refresh_from_db()


@transaction.atomic
def change_split(*, experiment: Experiment, weights: Mapping[str, int], at: datetime) -> Phase:
    """Give the arms other shares, in basis points by code, and begin a new phase.

    Its new seed assigns everybody anew, because shoppers who stayed in their arm would make the groups
    unequal. Raises ValidationError.
    """
    locked = lock_running(experiment)
    if locked.division == Division.RESULTS:
        raise ValidationError(_("The shares of this experiment follow its results."))
    arms = list(Arm.objects.filter(experiment=locked).order_by("pk"))
    if set(weights) != {arm.code for arm in arms}:
        raise ValidationError(_("Enter the share of every arm."))
    for words in find_faults_of_weights([weights[arm.code] for arm in arms]):
        raise ValidationError(words)
    if all(weights[arm.code] == arm.weight_bp for arm in arms):
        raise ValidationError(_("The shares are the same as before."))
    for arm in arms:
        arm.weight_bp = weights[arm.code]
    Arm.objects.bulk_update(arms, ["weight_bp"])
    begins_at = max(at, locked.starts_at or at)
    ended = end_phase(experiment=locked, at=at)
    phase = begin_phase(experiment=locked, number=ended.number + 1, at=begins_at)
    raise_revision(domain="offers")
    return phase


def end_phase(*, experiment: Experiment, at: datetime) -> Phase:
    """End the phase in progress, one that has not begun yet at its own start; return it."""
    phase = Phase.objects.select_for_update().get(experiment=experiment, ended_at=None)
    phase.ended_at = max(at, phase.started_at)
    phase.save(update_fields=["ended_at"])
    return phase
