"""The files an evaluation reads."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.evaluation.order_file import Orders, read_orders
from analytics.evaluation.product_file import Catalogue, read_catalogue
from analytics.stats.sales import Progress, no_progress


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that were read, and what was in them."""

    orders_path: Path
    orders: Orders
    products_path: Path | None
    catalogue: Catalogue

    @property
    def unknown_line_count(self) -> int:
        """Return how many lines were left out because the products file does not know their product."""
        return int((~self.catalogue.is_known[self.orders.history.product]).sum())

    @property
    def hidden_product_count(self) -> int:
        """Return how many of the ordered products are hidden."""
        return int(self.catalogue.is_hidden.sum())


def read_sources(
    *,
    orders_path: Path,
    products_path: Path | None,
    at: datetime,
    encoding: str = "utf-8",
    on_progress: Progress = no_progress,
) -> Sources:
    """Read both files; without a products file every product is known and has no category.

    Raises ImportFileError where a file as a whole cannot be read.
    """
    orders = read_orders(orders_path, at=at, encoding=encoding, on_progress=on_progress)
    if products_path is None:
        return Sources(orders_path, orders, None, Catalogue.bare(orders.skus))
    catalogue = read_catalogue(products_path, skus=orders.skus, encoding=encoding, on_progress=on_progress)
    return Sources(orders_path, orders, products_path, catalogue)
