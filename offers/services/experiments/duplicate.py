"""Duplicate an experiment as a draft."""

from itertools import count
from typing import Final

from django.db import transaction

from offers.models import Arm, ArmOffer, Experiment, LifecycleState
from offers.services.copies import copied_name, free_code

_CODE_LENGTH: Final = 64
_NAME_LENGTH: Final = 120


@transaction.atomic
def duplicate_experiment(*, experiment: Experiment) -> Experiment:
    """Return a draft with the same settings, arms and offers; without its times, phases and results."""
    copy = Experiment.objects.get(pk=experiment.pk)
    copy.pk, copy._state.adding = None, True  # noqa: SLF001 (documented: how a row is copied)
    copy.code, copy.state, copy.winner = _free_code(copy.code), LifecycleState.DRAFT, None
    copy.name_en = copied_name(copy.name_en, length=_NAME_LENGTH)
    copy.name_ja = copied_name(copy.name_ja, length=_NAME_LENGTH) if copy.name_ja else ""
    copy.starts_at = copy.ends_at = copy.stopped_at = copy.concluded_at = copy.group_start_bp = None
    copy.save()
    for arm in Arm.objects.filter(experiment=experiment).order_by("pk"):
        offers, policies = list(arm.offers.all()), list(arm.switched_policies.all())
        arm.pk, arm._state.adding, arm.experiment = None, True, copy  # noqa: SLF001
        arm.save()
        ArmOffer.objects.bulk_create(ArmOffer(arm=arm, offer=offer) for offer in offers)
        arm.switched_policies.set(policies)
    return copy


def _free_code(code: str) -> str:
    """Return "tea-2", or the next number that is free."""
    return free_code(
        code,
        length=_CODE_LENGTH,
        endings=(f"-{number}" for number in count(2)),
        is_taken=lambda one: Experiment.objects.filter(code=one).exists(),
    )
