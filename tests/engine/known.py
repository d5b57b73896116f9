"""Known customers for tests of decisions, as the packed row in which their facts are kept."""

import numpy as np

from engine.decision.types import KnownCustomer
from engine.learned.facts import CATEGORY, COMFORT, DUE, INTERVAL_SOURCES
from tests.engine.shop import NOON, Shop

TODAY = NOON // 86_400


def used_to_paying(*bands: tuple[int, int], currency: str = "JPY") -> KnownCustomer:
    """Return a customer with the upper end of the band of some categories, by primary key."""
    records = np.zeros(len(bands), COMFORT)
    records["category"], records["high"] = zip(*sorted(bands), strict=True)
    bought = np.array([(category, TODAY) for category, _ in sorted(bands)], CATEGORY)
    return KnownCustomer(currency=currency, comfort=records.tobytes(), categories=bought.tobytes())


def knowing(*known: KnownCustomer) -> KnownCustomer:
    """Return one customer with all of these facts."""
    return KnownCustomer(
        currency="".join(one.currency for one in known[:1]),
        comfort=b"".join(one.comfort for one in known),
        due=b"".join(one.due for one in known),
        categories=b"".join(one.categories for one in known),
    )


def due(shop: Shop, *products: tuple[str, int, int, float]) -> KnownCustomer:
    """Return a customer who needs products again: SKU, in how many days, after how many, the chance."""
    records = np.zeros(len(products), DUE)
    for record, (sku, in_days, interval, chance) in zip(records, products, strict=True):
        record["product"], record["due_day"], record["chance"] = shop.pk(sku), TODAY + in_days, chance
        record["interval_days"], record["purchases"] = interval, 4
        record["source"] = INTERVAL_SOURCES.index("customer")
    return KnownCustomer(due=records.tobytes())
