"""Collect what the orders say of the products."""

import numpy as np
import numpy.typing as npt

from engine.snapshot.data import UNKNOWN
from offers.models import ProductFacts
from offers.services.collection.rows import Ints, rows_of


def collect_slowness(product_pks: Ints) -> npt.NDArray[np.float32]:
    """Return how slow each product is, (n,): 0 for one that sells, up to 1 for one that does not."""
    table = list(ProductFacts.objects.filter(is_slow_mover=True).values_list("product_id", "slowness"))
    rows = rows_of(product_pks, np.array([product for product, _ in table], np.int64))
    slowness = np.zeros(len(product_pks), np.float32)
    kept = rows != UNKNOWN
    slowness[rows[kept]] = np.array([slow for _, slow in table], np.float32)[kept]
    return slowness
