"""Where a look around begins, and what there is to see at each stop."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.models import BundleItem, Product

# Most of the demo's offers meet here: a ladder, a relation, a trigger category.
FIRST_CATEGORY = "Dry noodles/pasta"
# What the offers of a trigger category show, at its best seller.
STOPS = (("subscription", "Coffee"), ("add_on", "Teas"), ("buy_get", "Cat food"))
LADDER_STOPS = 4


def tour_products() -> QuerySet[Product]:
    """Return the plainest sellable product of each active ladder, the tour's first stop at the head."""
    first = Product.objects.filter(Q(category__parent__name=FIRST_CATEGORY), pk=OuterRef("pk"))
    plainest = Product.objects.sellable().filter(tiers__position=0, tiers__ladder__is_active=True)
    ranked = plainest.annotate(is_first=Exists(first)).order_by("-is_first", "tiers__ladder_id")
    return ranked.select_related("category")


def tour_stops() -> list[tuple[str, Product]]:
    """Return (what it shows, product), the first ladder at the head; 5 queries."""
    ladders = [("ladder", product) for product in tour_products()[:LADDER_STOPS]]
    special = [
        *((kind, product) for kind, category in STOPS if (product := _best_seller(category))),
        *(("bundle", product) for product in _bundled()[:1]),
    ]
    return [*ladders[:1], *special, *ladders[1:]]


def _best_seller(category: str) -> Product | None:
    """Return the product of a category that most orders held."""
    sellable = Product.objects.sellable().filter(category__parent__name=category)
    by_orders = F("partner_list__order_count").desc(nulls_last=True)
    return sellable.select_related("category").order_by(by_orders, "pk").first()


def _bundled() -> QuerySet[Product]:
    """Return what stands in active bundles, the first bundle's first."""
    item = BundleItem.objects.filter(bundle__is_active=True, product=OuterRef("pk"))
    products = Product.objects.sellable().filter(Exists(item)).select_related("category")
    return products.order_by("bundle_items__bundle_id", "bundle_items__position", "pk")
