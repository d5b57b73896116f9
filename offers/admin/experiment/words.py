"""What the steps of an experiment do, in sentences."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from catalog.services.amounts import listed, percent
from offers.models import Arm, Experiment, LifecycleState
from offers.services.experiments.arms import AS_THE_SHOP, arms_of, settings_of
from offers.services.experiments.start import offers_to_publish


def when_started(experiment: Experiment) -> list[str]:
    """Return what the start does."""
    return list(_when_started(experiment))


def _when_started(experiment: Experiment) -> Iterator[str]:
    at = now()
    if experiment.starts_at is not None and experiment.starts_at > at:
        moment = date_format(localtime(experiment.starts_at), "DATETIME_FORMAT")
        yield _("Shoppers are assigned from %(moment)s.") % {"moment": moment}
    else:
        yield _("Shoppers are assigned at once.")
    yield _("%(share)s of the shoppers take part. The others see what the control sees.") % {
        "share": percent(experiment.coverage_bp)
    }
    for arm in experiment.arms.order_by("pk").prefetch_related("offers", "switched_policies"):
        yield _arm_text(arm)
    if names := [offer.name for offer in offers_to_publish(experiment)]:
        yield _("These paused offers are published: %(names)s") % {"names": listed(names)}
    yield _("The arms cannot be edited any more. The split can be changed, which begins a new phase.")


def _arm_text(arm: Arm) -> str:
    names = listed(sorted(offer.name for offer in arm.offers.all()))
    values = {"arm": arm.name, "share": percent(arm.weight_bp), "names": names}
    if settings_of(arm) != AS_THE_SHOP:
        return _("%(arm)s (%(share)s) is ranked, ordered or held back differently.") % values
    if not names:
        return _("%(arm)s (%(share)s) is shown none of the offers of this experiment.") % values
    return _("%(arm)s (%(share)s) is shown: %(names)s") % values


def when_split() -> list[str]:
    """Return what another split does."""
    return [
        _("A new phase begins, with its own results."),
        _("All shoppers are assigned anew. Many of them will see another arm than before."),
    ]


def when_stopped(experiment: Experiment) -> list[str]:
    """Return what stopping does."""
    control = experiment.arms.filter(is_control=True).first()
    return [
        _("Nobody is assigned any more. Everybody sees what the control sees: %(arm)s.") % {"arm": control},
        _("It cannot be started again. Results keep counting what shoppers buy later."),
    ]


def when_concluded(experiment: Experiment) -> list[str]:
    """Return what the conclusion does."""
    words = [
        _("Everybody may be shown the offers of the winner."),
        _("Offers that only other arms have are paused."),
        _("This cannot be undone."),
    ]
    if any(arm.varies != AS_THE_SHOP for arm in arms_of(experiment)):
        words.insert(2, _("The order, ranking and rules of an arm are not taken over. Change them yourself."))
    if experiment.state == LifecycleState.RUNNING:
        words.insert(0, _("The experiment is stopped."))
    return words


def when_duplicated() -> list[str]:
    """Return what the duplicate has."""
    return [
        _("The draft has the same settings, arms and offers. It has no dates and no results."),
        _("Offers can only be in one experiment that is not concluded: conclude this one before the start."),
    ]
