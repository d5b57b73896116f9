"""Which offers and bundles depend on the currency of a product."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.currency import register_dependents
from offers.kinds.registry import all_kinds
from offers.models import Offer, StrategyCode

# The relations from a product to the names of offers.
_OF_EVERY_KIND = ("triggered_offers__name", "curated_in__offer__name", "bundles__offers__name")


def dependents_on_currency(skus: Collection[str]) -> dict[str, set[str]]:
    """Return the names of the offers and bundles that name each of these products, by SKU.

    A product of a ladder is also named by the offers that lead up ladders in its currency.
    """
    products = Product.objects.filter(among("sku", skus)).order_by()
    found: dict[str, set[str]] = {}
    for relation in (*_OF_EVERY_KIND, *_of_kinds()):
        for sku, name in products.exclude(**{relation: None}).values_list("sku", relation):
            found.setdefault(sku, set()).add(name)
    for sku, name in products.exclude(bundles=None).values_list("sku", "bundles__name"):
        found.setdefault(sku, set()).add(_("bundle “%(name)s”") % {"name": name})
    up_ladders: dict[str, set[str]] = {}
    climbing = Offer.objects.filter(strategies__strategy=StrategyCode.LADDER)
    for currency, name in climbing.values_list("currency", "name"):
        up_ladders.setdefault(currency, set()).add(name)
    on_ladders = products.filter(tiers__ladder__is_active=True).values_list("sku", "currency")
    for sku, currency in on_ladders if up_ladders else ():
        if currency in up_ladders:
            found.setdefault(sku, set()).update(up_ladders[currency])
    return found


def without_products(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return the offers in whose currency no product is priced: they apply to nothing."""
    return offers.exclude(currency__in=Product.objects.order_by().values("currency"))


def _of_kinds() -> list[str]:
    """Return the relations by which the offers of a kind name a product of their own, such as a gift."""
    fields = [field for kind in all_kinds() for field in kind.model._meta.local_concrete_fields]  # noqa: SLF001
    return [
        f"{field.remote_field.get_accessor_name()}__name"
        for field in fields
        if field.related_model is Product
    ]


register_dependents(dependents_on_currency)
