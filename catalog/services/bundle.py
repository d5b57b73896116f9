"""Bundles: maintain their unit counts."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from catalog.models import Bundle, BundleItem, Product


@transaction.atomic
def count_bundle_units(*, bundle: Bundle) -> int:
    """Store and return the number of units in `bundle`; raises ValidationError if it is one."""
    count: int = bundle.items.aggregate(units=Sum("quantity", default=0))["units"]
    if count == 1:
        raise ValidationError(_("A bundle must contain at least two units."), code="single_unit")
    Bundle.objects.filter(pk=bundle.pk).update(unit_count=count)
    bundle.unit_count = count
    return count


def bundles_left_single(*, products: Iterable[Product]) -> QuerySet[Bundle]:
    """Return the bundles that would be left with one unit without these products."""
    return _bundles_left(Q(items__product__in=[product.pk for product in products]), [1])


def bundles_broken(*, items: QuerySet[BundleItem]) -> QuerySet[Bundle]:
    """Return the bundles that would be left with one unit or none without these items."""
    return _bundles_left(Q(items__in=list(items.values_list("pk", flat=True))), [0, 1])


def _bundles_left(gone: Q, units: Sequence[int]) -> QuerySet[Bundle]:
    rest = Sum("items__quantity", filter=~gone, default=0)
    affected = Bundle.objects.filter(gone).values("pk")
    return Bundle.objects.filter(pk__in=affected).annotate(rest=rest).filter(rest__in=units)
