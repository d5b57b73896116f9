"""What the condition trees of a snapshot are asked about where a cart is priced."""

from collections.abc import Mapping
from typing import Any

from engine.decision.shopper import shopper_of
from engine.decision.types import KnownCustomer
from engine.snapshot.reader import Snapshot


def asked_of_trees(
    *,
    snapshot: Snapshot,
    at: int,
    units: Mapping[int, int],
    currency: str,
    customer: KnownCustomer | None = None,
    language_tag: str = "",
    country: str = "",
    own_values: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the trees look at, by the fields of `Circumstances`; nothing without trees.

    units: by the rows of the products. A decision asks about the same (`engine.decision.match`), and about
    the page besides.
    """
    types = snapshot.conditions.leaves.types
    if not types:
        return {}
    return {
        "cart": snapshot.goods.goods(units, types),
        "shopper": shopper_of(customer, at=at, snapshot=snapshot),
        "locale": language_tag,
        "country": country,
        "currencies": frozenset([currency]),
        "context": own_values,
        "zone": snapshot.zone,
    }
