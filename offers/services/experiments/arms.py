"""The rules for the arms of an experiment, saved or in a form."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.amounts import listed, percent
from offers.models import WHOLE, Arm, ArmOffer, ArmRanking, Experiment, LifecycleState, Offer

LEAST_ARMS: Final = 2


class VariedSettings(Struct, frozen=True):
    """What an arm does differently: its ranking, the order of a placement, and policies that are switched.

    The order is that on the board of another placement. All but the ranking are primary keys.
    """

    ranking: str = ArmRanking.LEARNED
    placement: int | None = None
    board: int | None = None
    policies: frozenset[int] = frozenset()


AS_THE_SHOP: Final = VariedSettings()


class ArmPlan(Struct, frozen=True):
    """An arm: its code, its share in basis points, its offers by primary key, and what it varies."""

    code: str
    weight_bp: int
    is_control: bool
    offers: frozenset[int] = frozenset()
    varies: VariedSettings = AS_THE_SHOP


def arms_of(experiment: Experiment) -> list[ArmPlan]:
    """Return the arms in their order, by three queries."""
    offers: dict[int, set[int]] = {}
    links = ArmOffer.objects.filter(arm__experiment=experiment)
    for arm, offer in links.values_list("arm_id", "offer_id"):
        offers.setdefault(arm, set()).add(offer)
    return [
        ArmPlan(arm.code, arm.weight_bp, arm.is_control, frozenset(offers.get(arm.pk, ())), settings_of(arm))
        for arm in arms_in_order(experiment)
    ]


def arms_in_order(experiment: Experiment) -> QuerySet[Arm]:
    """Return the arms with their policies, in their order."""
    return Arm.objects.filter(experiment=experiment).prefetch_related("switched_policies").order_by("pk")


def settings_of(arm: Arm) -> VariedSettings:
    """Return what an arm does differently; its policies may be prefetched."""
    policies = frozenset(policy.pk for policy in arm.switched_policies.all())
    return VariedSettings(arm.ranking, arm.placement_id, arm.board_id, policies)


def experiments_of(offers: Iterable[int]) -> QuerySet[Experiment]:
    """Return the experiments that these offers are part of, by name, without concluded ones."""
    open_ones = Experiment.objects.exclude(state=LifecycleState.CONCLUDED)
    return open_ones.filter(arms__offers__in=list(offers)).distinct().order_by("name_en", "pk")


def offers_that_differ(arms: Sequence[ArmPlan]) -> frozenset[int]:
    """Return the offers that only some of the arms have."""
    if not arms:
        return frozenset()
    every = [arm.offers for arm in arms]
    return frozenset.union(*every) - frozenset.intersection(*every)


def find_faults_of_arms(arms: Sequence[ArmPlan], *, experiment: int | None) -> Iterator[str]:
    """Yield why these cannot be the arms of an experiment, None for a new one; by one query."""
    if len(arms) < LEAST_ARMS:
        yield _("An experiment needs at least two arms.")
        return
    if sum(arm.is_control for arm in arms) != 1:
        yield _("Choose one arm as the control.")
    yield from find_faults_of_weights([arm.weight_bp for arm in arms])
    if any(arm.is_control and arm.varies != AS_THE_SHOP for arm in arms):
        yield _("The control ranks, orders and holds back as the shop does. Vary this in another arm.")
    if not offers_that_differ(arms) and len({arm.varies for arm in arms}) == 1:
        yield _("All arms are the same, so there is nothing to compare.")
    yield from _offers_elsewhere(frozenset.union(*[arm.offers for arm in arms]), experiment)


def find_faults_of_weights(weights: Sequence[int]) -> Iterator[str]:
    """Yield why these cannot be the shares of the arms, in basis points."""
    if sum(weights) != WHOLE:
        words = _("The shares of the arms must add up to 100%%, not to %(sum)s.")
        yield words % {"sum": percent(sum(weights))}
    elif min(weights) < 1:
        yield _("Each arm needs a share.")


def _offers_elsewhere(offers: frozenset[int], experiment: int | None) -> Iterator[str]:
    """Yield the offers that another experiment has, unless it is concluded."""
    taken = (
        ArmOffer.objects.filter(offer__in=offers)
        .exclude(arm__experiment__state=LifecycleState.CONCLUDED)
        .exclude(arm__experiment=experiment)
    )
    names = Offer.objects.filter(pk__in=taken.values("offer")).order_by("name", "pk")
    if found := list(names.values_list("name", flat=True)):
        words = _("These offers are in another experiment that is not concluded: %(names)s")
        yield words % {"names": listed(found)}
