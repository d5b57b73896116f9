"""The input files of an evaluation."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.evaluation.order_file import Orders, read_orders
from analytics.evaluation.product_file import Catalogue, read_catalogue
from analytics.stats.sales import Progress, no_progress


@dataclass(frozen=True, slots=True)
class Sources:
    """The input files and their contents."""

    orders_path: Path
    orders: Orders
    products_path: Path | None
    catalogue: Catalogue

    @property
    def unknown_line_count(self) -> int:
        """Return the number of lines skipped because their product is not in the products file."""
        return int((~self.catalogue.is_known[self.orders.history.product]).sum())

    @property
    def hidden_product_count(self) -> int:
        """Return the number of ordered products that are hidden."""
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

    Raises ImportFileError if a file cannot be read.
    """
    orders = read_orders(orders_path, at=at, encoding=encoding, on_progress=on_progress)
    if products_path is None:
        return Sources(orders_path, orders, None, Catalogue.bare(orders.skus))
    catalogue = read_catalogue(products_path, skus=orders.skus, encoding=encoding, on_progress=on_progress)
    return Sources(orders_path, orders, products_path, catalogue)
