"""Read the product pairs of the newest generation."""

import numpy as np

from catalog.models import Product
from demo.plans.pairs import Pair
from engine.learned.evidence import explain_partners
from engine.learned.generations import PARTNER
from offers.models import Generation, ProductPartners


def learned_pairs(*, min_orders: int, min_lift: float) -> list[Pair]:
    """Return each pair of SKUs once; [] if there is no generation yet."""
    generation = Generation.objects.order_by("-pk").first()
    if generation is None:
        return []
    skus = dict(Product.objects.values_list("pk", "sku"))
    rows = list(ProductPartners.objects.order_by("pk").values_list("pk", "order_count", "partners"))
    products = np.array([product for product, _, _ in rows], np.int64)
    product_orders = np.array([orders for _, orders, _ in rows], np.int64)
    pairs: dict[tuple[int, int], Pair] = {}
    for product, own_orders, packed in rows:
        partners = np.frombuffer(packed, PARTNER)
        partners = partners[partners["orders"] >= min_orders]
        explained = explain_partners(
            partners,
            own_orders=np.full(len(partners), own_orders),
            products=products,
            product_orders=product_orders,
            order_count=generation.counted_order_count,
        )
        sure = explained[explained["lift"] >= min_lift]
        for partner, orders, lift in zip(sure["product"], sure["orders"], sure["lift"], strict=True):
            first, second = sorted((product, int(partner)))
            if first in skus and second in skus:
                pairs[first, second] = Pair(skus[first], skus[second], int(orders), float(lift))
    return list(pairs.values())
