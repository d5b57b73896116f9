"""Start and stop the holdout of the shop and business as usual."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.services.revision import raise_revision
from offers.models import HoldoutGroups


def shop_groups() -> HoldoutGroups:
    """Return the groups of the shop, which are off until somebody starts them."""
    groups, _is_new = HoldoutGroups.objects.get_or_create()
    return groups


@transaction.atomic
def start_groups(*, at: datetime) -> HoldoutGroups:
    """Show no offers to the holdout, and only hand-picked products to business as usual, from now on.

    The shares are those that were saved. Raises ValidationError if they are on already.
    """
    groups = _locked()
    if groups.is_on:
        raise ValidationError(_("The holdout is already on."))
    groups.is_on, groups.started_at, groups.stopped_at = True, at, None
    groups.seed = f"holdout:{int(at.timestamp())}"
    groups.full_clean()
    groups.save()
    raise_revision(domain="offers")
    return groups


@transaction.atomic
def stop_groups(*, at: datetime) -> HoldoutGroups:
    """Show everything to everybody from now on. Raises ValidationError if the groups are off."""
    groups = _locked()
    if not groups.is_on:
        raise ValidationError(_("The holdout is already off."))
    groups.is_on, groups.stopped_at = False, at
    groups.save()
    raise_revision(domain="offers")
    return groups


def _locked() -> HoldoutGroups:
    return HoldoutGroups.objects.select_for_update().get(pk=shop_groups().pk)
