"""Start experiments."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.amounts import listed
from catalog.services.revision import raise_revision
from offers.models import Division, Experiment, LifecycleState, Offer, Phase
from offers.services.deletion import settle_pauses
from offers.services.experiments.arms import ArmPlan, arms_of, find_faults_of_arms
from offers.services.experiments.limits import find_faults_of_limits, limits_of
from offers.services.experiments.prices import have_different_prices
from offers.services.experiments.slices import free_slice
from offers.services.experiments.varied import find_clashes
from offers.services.restriction import incomplete_offers


def find_obstacles(experiment: Experiment, *, at: datetime) -> Iterator[tuple[str | None, str]]:
    """Yield what prevents the start of an experiment: the field to correct, if any, and a sentence."""
    if experiment.state != LifecycleState.DRAFT:
        yield None, _("Only a draft can be started.")
        return
    if experiment.ends_at is not None and experiment.ends_at <= max(at, experiment.starts_at or at):
        yield "ends_at", _("The end must be later than the start.")
    arms = arms_of(experiment)
    for words in find_faults_of_arms(arms, experiment=experiment.pk):
        yield None, words
    for words in find_clashes(experiment, arms):
        yield None, words
    if experiment.division == Division.RESULTS:
        for words in find_faults_of_limits(limits_of(experiment)):
            yield None, words
    yield from _obstacles_of_offers(experiment, arms)
    if experiment.exclusion_group:
        try:
            free_slice(experiment)
        except ValueError as error:
            yield "group_share_bp", str(error)


@transaction.atomic
def start_experiment(*, experiment: Experiment, at: datetime) -> list[Offer]:
    """Start a draft with its first phase, at `starts_at` or else now; return the offers published by it.

    From then on, the offers of its arms are only for the shoppers of these arms. Paused ones are published.
    Raises ValidationError with all that prevents it.
    """
    # All of them, so that two starts cannot take the same offer or the same slice.
    others = Experiment.objects.exclude(state=LifecycleState.CONCLUDED).order_by("pk")
    locked = next((one for one in others.select_for_update() if one.pk == experiment.pk), None)
    if locked is None:
        raise ValidationError(_("Only a draft can be started."))
    faults: dict[str, list[str]] = {}
    for field, words in find_obstacles(locked, at=at):
        faults.setdefault(field or "__all__", []).append(words)
    if faults:
        raise ValidationError(faults)
    locked.state = LifecycleState.RUNNING
    locked.starts_at = max(at, locked.starts_at or at)
    locked.group_start_bp = free_slice(locked) if locked.exclusion_group else None
    locked.save()
    begin_phase(experiment=locked, number=1, at=locked.starts_at)
    published = _publish(locked, at)
    raise_revision(domain="offers")
    experiment.refresh_from_db()
    return published


def begin_phase(*, experiment: Experiment, number: int, at: datetime) -> Phase:
    """Begin a phase with the shares and the coverage that the experiment has now."""
    return Phase.objects.create(
        experiment=experiment,
        number=number,
        seed=f"{experiment.code}:{number}",
        weights={arm.code: arm.weight_bp for arm in arms_of(experiment)},
        coverage_bp=experiment.coverage_bp,
        started_at=at,
    )


def offers_to_publish(experiment: Experiment) -> list[Offer]:
    """Return the paused offers of the arms, by name."""
    paused = Offer.objects.filter(arms__experiment=experiment, is_active=False)
    return list(paused.distinct().order_by("name", "pk"))


def _obstacles_of_offers(experiment: Experiment, arms: list[ArmPlan]) -> Iterator[tuple[str | None, str]]:
    idle = incomplete_offers(Offer.objects.filter(pk__in=[one.pk for one in offers_to_publish(experiment)]))
    if names := list(Offer.objects.filter(pk__in=idle).order_by("name", "pk").values_list("name", flat=True)):
        yield None, _("These offers do not apply to anything: %(names)s") % {"names": listed(names)}
    if not experiment.acknowledged_prices and have_different_prices(arms):
        yield (
            "acknowledged_prices",
            _(
                "The arms have different prices: shoppers may pay different prices for the same product at "
                "the same time. Confirm that this is intended."
            ),
        )


def _publish(experiment: Experiment, at: datetime) -> list[Offer]:
    """Publish the paused offers of the arms, which nobody outside of their arm has seen or will see."""
    offers = offers_to_publish(experiment)
    rows = Offer.objects.filter(pk__in=[offer.pk for offer in offers])
    rows.update(is_active=True, updated_at=at)
    settle_pauses(rows, at=at)
    return offers
