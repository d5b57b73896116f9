"""What an exclusion hits in the catalogue of today."""

from typing import Final

from msgspec import Struct

from catalog.database.bulk import among
from catalog.models import Product
from offers.models import CuratedProduct, Effect
from offers.services.selection import SelectableCatalogue, Selection

EXAMPLES: Final = 8


class Reach(Struct, frozen=True):
    """How many of the products are hit, some of them, and how many are hand-picked in active offers."""

    hit_count: int
    product_count: int
    examples: tuple[Product, ...]
    picked_count: int


def work_out_reach(selection: Selection, effect: str) -> Reach:
    """Return what the selection hits now, by a constant number of queries."""
    catalogue = SelectableCatalogue([selection])
    keys = catalogue.pk[catalogue.hits(selection)].tolist()
    examples = Product.objects.filter(pk__in=keys[:EXAMPLES]).order_by("name", "pk")
    picked_count = 0
    if keys and effect != Effect.RESTRICTED:
        picked = CuratedProduct.objects.filter(among("product_id", keys), offer__is_active=True)
        picked_count = picked.values("product_id").distinct().count()
    return Reach(len(keys), len(catalogue.pk), tuple(examples), picked_count)
