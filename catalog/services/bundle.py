"""Bundles: keep what is counted over their items."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalog.models import Bundle


@transaction.atomic
def count_bundle_units(*, bundle: Bundle) -> int:
    """Store and return how many units `bundle` holds; raises ValidationError for a single one."""
    count: int = bundle.items.aggregate(units=Sum("quantity", default=0))["units"]
    if count == 1:
        raise ValidationError(_("A bundle holds at least two units."), code="single_unit")
    Bundle.objects.filter(pk=bundle.pk).update(unit_count=count)
    bundle.unit_count = count
    return count
