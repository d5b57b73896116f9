"""Collect the experiments that run, the groups of the shop, and which offers are for which arms."""

from collections.abc import Iterable, Mapping
from typing import cast

from django.db.models import Prefetch

from engine.conditions import ArmRequired
from engine.experiments.running import OUTSIDE, Experiments, RunningExperiment, ShopGroups
from engine.experiments.split import ArmSplit, NamespaceSlice, ranges_of
from engine.experiments.variation import AS_THE_SHOP, RankingMethod, Variation
from engine.restraint.policy import Policies
from offers.models import WHOLE, Arm, ArmOffer, Division, Experiment, HoldoutGroups, LifecycleState, Phase
from offers.services.collection.restraint import collect_switched

# Those whose offers are for their arms only.
_RESTRICTING = (LifecycleState.RUNNING, LifecycleState.STOPPED)


def collect_experiments() -> Experiments:
    """Return the running experiments with the split of their phase, and the groups, if they are on."""
    arms = Arm.objects.select_related("placement", "board").order_by("pk")
    phases = (
        Phase.objects.filter(ended_at=None, experiment__state=LifecycleState.RUNNING)
        .select_related("experiment")
        .prefetch_related(Prefetch("experiment__arms", arms))
        .order_by("experiment_id")
    )
    offers = {arm: keys for of_one in _offers_by_arm().values() for arm, keys in of_one.items()}
    switched = collect_switched()
    return Experiments(tuple([_running(phase, offers, switched) for phase in phases]), _groups())


def collect_arms() -> dict[int, ArmRequired]:
    """Return by offer the arms that have it, by two queries; not for one that everybody has."""
    restricted: dict[int, ArmRequired] = {}
    offers = _offers_by_arm()
    for experiment in _restricting():
        arms, codes = list(experiment.arms.all()), dict[int, set[str]]()
        for arm in arms:
            for offer in offers.get(experiment.pk, {}).get(arm.pk, ()):
                codes.setdefault(offer, set()).update({arm.code, OUTSIDE} if arm.is_control else {arm.code})
        restricted |= {
            offer: ArmRequired(experiment.code, frozenset(having))
            for offer, having in codes.items()
            if len(having - {OUTSIDE}) < len(arms)
        }
    return restricted


def _restricting() -> Iterable[Experiment]:
    table = Experiment.objects.filter(state__in=_RESTRICTING).order_by("pk")
    return table.prefetch_related(Prefetch("arms", Arm.objects.order_by("pk")))


def _offers_by_arm() -> dict[int, dict[int, frozenset[int]]]:
    """Return the offers of each arm, by experiment and arm."""
    links = ArmOffer.objects.filter(arm__experiment__state__in=_RESTRICTING).order_by("pk")
    found: dict[int, dict[int, frozenset[int]]] = {}
    for experiment, arm, offer in links.values_list("arm__experiment_id", "arm_id", "offer_id"):
        arms = found.setdefault(experiment, {})
        arms[arm] = arms.get(arm, frozenset()) | {offer}
    return found


def _running(
    phase: Phase, offers: Mapping[int, frozenset[int]], switched: Mapping[int, Policies]
) -> RunningExperiment:
    experiment = phase.experiment
    arms = list(experiment.arms.all())
    of_arms = [offers.get(arm.pk, frozenset()) for arm in arms]
    weights = [phase.weights[arm.code] / WHOLE for arm in arms]
    ends_at = experiment.ends_at
    return RunningExperiment(
        code=experiment.code,
        split=ArmSplit(phase.seed, ranges_of(weights, phase.coverage_bp / WHOLE), _slice(experiment)),
        arms=tuple([arm.code for arm in arms]),
        starts_at=int(phase.started_at.timestamp()),
        ends_at=None if ends_at is None else int(ends_at.timestamp()),
        only_customers=experiment.only_customers,
        offers=frozenset.union(*of_arms) - frozenset.intersection(*of_arms),
        follows_results=experiment.division == Division.RESULTS,
        variations={
            arm.code: variation
            for arm in arms
            if (variation := _variation_of(arm, switched.get(arm.pk))) != AS_THE_SHOP
        },
    )


def _variation_of(arm: Arm, restraint: Policies | None) -> Variation:
    boards = {arm.placement.code: arm.board.code} if arm.placement and arm.board else {}
    ranking = cast("RankingMethod", arm.ranking)
    return Variation(ranking=ranking, boards=boards, restraint=restraint)


def _slice(experiment: Experiment) -> NamespaceSlice | None:
    start, share = experiment.group_start_bp, experiment.group_share_bp
    if start is None or share is None:
        return None
    return NamespaceSlice(experiment.exclusion_group, (start / WHOLE, (start + share) / WHOLE))


def _groups() -> ShopGroups | None:
    groups = HoldoutGroups.objects.filter(is_on=True).first()
    if groups is None:
        return None
    held, usual = groups.holdout_share_bp / WHOLE, groups.usual_share_bp / WHOLE
    return ShopGroups(ArmSplit(groups.seed, ((0.0, held), (held, held + usual))))
