"""Whether experiments vary the same: then nobody could tell which of them made the difference."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from catalog.services.amounts import listed
from offers.models import ArmRanking, Experiment, LifecycleState
from offers.services.experiments.arms import ArmPlan, arms_of
from offers.services.speech import name_of


def find_clashes(experiment: Experiment, arms: Iterable[ArmPlan]) -> Iterator[str]:
    """Yield which running experiments vary the ranking, the rules or the order of a placement too."""
    varied = set(_varied_by(arms))
    if not varied:
        return
    running = Experiment.objects.filter(state=LifecycleState.RUNNING).exclude(pk=experiment.pk)
    names = [name_of(one) for one in running.order_by("pk") if varied & set(_varied_by(arms_of(one)))]
    if names:
        yield _("These running experiments vary the same: %(names)s") % {"names": listed(names)}


def _varied_by(arms: Iterable[ArmPlan]) -> Iterator[str]:
    for arm in arms:
        if arm.varies.ranking != ArmRanking.LEARNED:
            yield "ranking"
        if arm.varies.policies:
            yield "policies"
        if arm.varies.placement is not None:
            yield f"placement {arm.varies.placement}"
