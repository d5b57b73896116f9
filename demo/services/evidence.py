"""Read what the newest generation learned, as pairs of SKUs."""

import numpy as np

from catalog.models import Product
from demo.pairs import Pair
from offers.generations import PARTNER
from offers.models import Generation, ProductPartners


def learned_pairs(*, min_orders: int, min_lift: float) -> list[Pair]:
    """Return each pair once, however its products are ordered; [] where nothing was learned yet."""
    generation = Generation.objects.order_by("-pk").first()
    if generation is None:
        return []
    skus = dict(Product.objects.values_list("pk", "sku"))
    pairs: dict[tuple[int, int], Pair] = {}
    rows = ProductPartners.objects.filter(generation=generation).values_list("product_id", "partners")
    for product, packed in rows.iterator(chunk_size=2000):
        partners = np.frombuffer(packed, PARTNER)
        sure = partners[(partners["orders"] >= min_orders) & (partners["lift"] >= min_lift)]
        for partner, orders, lift in zip(sure["product"], sure["orders"], sure["lift"], strict=True):
            first, second = sorted((product, int(partner)))
            if first in skus and second in skus:
                pairs[first, second] = Pair(skus[first], skus[second], int(orders), float(lift))
    return list(pairs.values())
