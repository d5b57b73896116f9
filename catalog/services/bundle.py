"""Bundles: maintain their unit counts."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from catalog.models import Bundle, Product


@transaction.atomic
def count_bundle_units(*, bundle: Bundle) -> int:
    """Store and return the number of units in `bundle`; raises ValidationError if it is one."""
    count: int = bundle.items.aggregate(units=Sum("quantity", default=0))["units"]
    if count == 1:
        raise ValidationError(_("A bundle must contain at least two units."), code="single_unit")
    Bundle.objects.filter(pk=bundle.pk).update(unit_count=count)
    bundle.unit_count = count
    return count


def bundles_left_single(*, products: Iterable[Product], or_empty: bool = False) -> QuerySet[Bundle]:
    """Return the bundles that would be left with one unit without these products, or also with none."""
    gone = Q(items__product__in=[product.pk for product in products])
    rest = Sum("items__quantity", filter=~gone, default=0)
    affected = Bundle.objects.filter(gone).values("pk")
    left = [0, 1] if or_empty else [1]
    return Bundle.objects.filter(pk__in=affected).annotate(rest=rest).filter(rest__in=left)
