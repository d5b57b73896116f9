"""Where a look around begins."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Product

# Most of the demo's offers meet here: a ladder, a relation, a trigger category.
FIRST_CATEGORY = "Dry noodles/pasta"


def tour_products() -> QuerySet[Product]:
    """Return the plainest sellable product of each active ladder, the tour's first stop at the head."""
    first = Product.objects.filter(Q(category__parent__name=FIRST_CATEGORY), pk=OuterRef("pk"))
    plainest = Product.objects.sellable().filter(tiers__position=0, tiers__ladder__is_active=True)
    ranked = plainest.annotate(is_first=Exists(first)).order_by("-is_first", "tiers__ladder_id")
    return ranked.select_related("category")
