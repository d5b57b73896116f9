"""Duplicate an experiment as a draft."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from offers.models import Arm, ArmOffer, Experiment, LifecycleState

_CODE_LENGTH: Final = 64
_NAME_LENGTH: Final = 120


@transaction.atomic
def duplicate_experiment(*, experiment: Experiment) -> Experiment:
    """Return a draft with the same settings, arms and offers; without its times, phases and results."""
    copy = Experiment.objects.get(pk=experiment.pk)
    copy.pk, copy._state.adding = None, True  # noqa: SLF001 (documented: how a row is copied)
    copy.code, copy.state, copy.winner = _free_code(copy.code), LifecycleState.DRAFT, None
    copy.name_en = _copied_name(copy.name_en)
    copy.name_ja = _copied_name(copy.name_ja) if copy.name_ja else ""
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
    number = 2
    while True:
        ending = f"-{number}"
        candidate = code[: _CODE_LENGTH - len(ending)] + ending
        if not Experiment.objects.filter(code=candidate).exists():
            return candidate
        number += 1


def _copied_name(name: str) -> str:
    copied = _("%(name)s (copy)") % {"name": name}
    return copied if len(copied) <= _NAME_LENGTH else name
