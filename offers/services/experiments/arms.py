"""The rules for the arms of an experiment, saved or in a form."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.amounts import listed, percent
from offers.models import WHOLE, Arm, ArmOffer, Experiment, LifecycleState, Offer

LEAST_ARMS: Final = 2


class ArmPlan(Struct, frozen=True):
    """An arm: its code, its share in basis points, and its offers by primary key."""

    code: str
    weight_bp: int
    is_control: bool
    offers: frozenset[int] = frozenset()


def arms_of(experiment: Experiment) -> list[ArmPlan]:
    """Return the arms in their order, by two queries."""
    offers: dict[int, set[int]] = {}
    links = ArmOffer.objects.filter(arm__experiment=experiment)
    for arm, offer in links.values_list("arm_id", "offer_id"):
        offers.setdefault(arm, set()).add(offer)
    return [
        ArmPlan(arm.code, arm.weight_bp, arm.is_control, frozenset(offers.get(arm.pk, ())))
        for arm in Arm.objects.filter(experiment=experiment).order_by("pk")
    ]


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
    if not offers_that_differ(arms):
        yield _("All arms have the same offers, so there is nothing to compare.")
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
