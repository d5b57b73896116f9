"""The orders of simulated shoppers: what they accepted, and what they bought with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from demo.data.dataset import CURRENCY
from demo.plans.simulated import BOUGHT, ORDER_PREFIX, WITH_IT
from demo.services.simulation.visits import RealBasket, Visit
from engine.journal.record import JournalSlot
from engine.money import to_major

# Fuel is sold by the thousandth of a gallon.
_MOST_UNITS: Final = 5
_HOURS_UNTIL: Final = 12.0

OrderRow = dict[str, Any]
_COLUMNS: Final = ["order_id", "placed_at", "customer_id", "sku", "quantity", "unit_price"]


def order_of(
    *,
    number: int,
    visit: Visit,
    slots: Sequence[JournalSlot],
    baskets: Mapping[str, Sequence[RealBasket]],
    end: datetime,
    rng: np.random.Generator,
) -> list[OrderRow]:
    """Return the lines of the order that follows a visit, as `import_orders` reads them; [] for none.

    slots: those that were accepted; baskets: the real ones of each customer; end: no order is placed later.
    """
    bought = [slot for slot, draw in zip(slots, rng.random(len(slots)), strict=True) if draw < BOUGHT]
    if not bought:
        return []
    lines: dict[str, tuple[int, int]] = {}
    for slot in bought:
        units = sum(quantity for _sku, quantity in slot.products)
        for sku, quantity in slot.products:
            lines.setdefault(sku, (quantity, slot.price_minor // max(units, 1)))
    own = baskets[visit.customer]
    usual = own[int(rng.integers(len(own)))].lines
    for (sku, quantity, price), draw in zip(usual, rng.random(len(usual)), strict=True):
        if draw < WITH_IT and quantity <= _MOST_UNITS:
            lines.setdefault(sku, (quantity, price))
    after = timedelta(minutes=5, hours=float(rng.exponential(_HOURS_UNTIL)))
    placed_at = max(min(visit.at + after, end - timedelta(seconds=1)), visit.at + timedelta(minutes=1))
    return [
        {
            "order_id": f"{ORDER_PREFIX}{number:06}",
            "placed_at": placed_at,
            "customer_id": visit.customer,
            "sku": sku,
            "quantity": quantity,
            "unit_price": to_major(price, CURRENCY),
        }
        for sku, (quantity, price) in lines.items()
    ]


def write_orders(rows: Sequence[OrderRow], path: Path) -> None:
    """Write the order lines as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=_COLUMNS).to_parquet(path, index=False)
