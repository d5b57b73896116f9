"""The tour through the demo: its stops and what they show."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from catalog.models import BundleItem, Category, Product

# A category with most kinds of offers: a ladder, a relation, a trigger category.
FIRST_CATEGORY = "Dry noodles/pasta"
# The kinds of offers with a trigger category, shown at its best seller.
STOPS = (("subscription", "Coffee"), ("add_on", "Teas"), ("group", "Cat food"))
LADDER_STOPS = 4


def tour_products() -> QuerySet[Product]:
    """Return the lowest sellable tier of each active ladder, the tour's first stop first."""
    first = Product.objects.filter(Q(category__parent__name=FIRST_CATEGORY), pk=OuterRef("pk"))
    plainest = Product.objects.sellable().filter(tiers__position=0, tiers__ladder__is_active=True)
    ranked = plainest.annotate(is_first=Exists(first)).order_by("-is_first", "tiers__ladder_id")
    return ranked.select_related("category")


def tour_stops() -> list[tuple[str, Product]]:
    """Return (kind of stop, product), the first ladder first, in five queries."""
    ladders = [("ladder", product) for product in tour_products()[:LADDER_STOPS]]
    best_sellers = _best_sellers([category for _kind, category in STOPS])
    special = [(kind, best_sellers[category]) for kind, category in STOPS if category in best_sellers]
    bundled = [("bundle", item.product) for item in _bundled()[:1]]
    return [*ladders[:1], *special, *bundled, *ladders[1:]]


def _best_sellers(categories: Collection[str]) -> dict[str, Product]:
    """Return the product with most orders in each category that has products.

    It filters by category keys, so that the database can use the index.
    """
    kinds = dict(Category.objects.filter(parent__name__in=categories).values_list("pk", "parent__name"))
    by_orders = F("partner_list__order_count").desc(nulls_last=True)
    ranked = Product.objects.sellable().filter(category_id__in=list(kinds)).order_by(by_orders, "pk")
    best: dict[str, int] = {}
    for product, kind in ranked.values_list("pk", "category_id"):
        best.setdefault(kinds[kind], product)
    products = Product.objects.select_related("category").in_bulk(best.values())
    return {category: products[product] for category, product in best.items()}


def _bundled() -> QuerySet[BundleItem]:
    """Return the items of active bundles, those of the first bundle first."""
    items = BundleItem.objects.filter(bundle__is_active=True, product__in=Product.objects.sellable())
    return items.select_related("product__category").order_by("bundle_id", "position", "pk")
