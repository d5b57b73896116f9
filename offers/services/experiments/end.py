"""Stop and conclude experiments."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.revision import raise_revision
from offers.models import Arm, Experiment, LifecycleState, Offer
from offers.services.experiments.change import end_phase, lock_running


@transaction.atomic
def stop_experiment(*, experiment: Experiment, at: datetime) -> None:
    """Assign nobody any more: from now on, everybody sees what the control sees.

    Its slice of the exclusion group is free again. Raises ValidationError if it is not running.
    """
    locked = lock_running(experiment)
    locked.state, locked.stopped_at, locked.group_start_bp = LifecycleState.STOPPED, at, None
    locked.save()
    end_phase(experiment=locked, at=at)
    raise_revision(domain="offers")
    experiment.refresh_from_db()


@transaction.atomic
def conclude_experiment(*, experiment: Experiment, winner: Arm, at: datetime) -> list[Offer]:
    """Choose the winner: everybody may see its offers, and those of the other arms are paused.

    A running experiment is stopped by it. Return the paused offers. Raises ValidationError for a draft, a
    concluded experiment, or an arm of another one.
    """
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if locked.state not in (LifecycleState.RUNNING, LifecycleState.STOPPED):
        raise ValidationError(_("Only an experiment that is running or stopped can be concluded."))
    if winner.experiment_id != locked.pk:
        raise ValidationError({"winner": _("Choose an arm of this experiment.")})
    if locked.state == LifecycleState.RUNNING:
        end_phase(experiment=locked, at=at)
        locked.stopped_at = at
    locked.state, locked.winner, locked.concluded_at = LifecycleState.CONCLUDED, winner, at
    locked.group_start_bp = None
    locked.save()
    losing = losing_offers(winner)
    Offer.objects.filter(pk__in=[offer.pk for offer in losing]).update(is_active=False, updated_at=at)
    raise_revision(domain="offers")
    experiment.refresh_from_db()
    return losing


def losing_offers(winner: Arm) -> list[Offer]:
    """Return the active offers that are in arms of the same experiment, but not in this one, by name."""
    others = Offer.objects.filter(arms__experiment=winner.experiment_id, is_active=True)
    return list(others.exclude(arms=winner).distinct().order_by("name", "pk"))
