"""The steps that turn an empty database into a shop. Each is skipped if it is already done."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from catalog.models import Product
from checkout.models import Order
from demo.data.catalogue import catalogue_items
from demo.data.dataset import Dataset, load_dataset, order_table, product_table, write_files
from demo.data.invented import moved_to, with_invented_columns
from demo.plans.pairs import MIN_LIFT, MIN_ORDERS, count_households
from demo.services.audiences import set_up_customers
from demo.services.curation import curate, is_curated
from demo.services.evidence import learned_pairs
from demo.services.shoppers import read_shoppers
from demo.services.simulation.trials import is_simulated
from demo.services.tour import tour_products
from launch.services.supervisor import LaunchError
from offers.services.audience.count import count_waiting
from offers.services.snapshot import refresh_snapshot

# The minimum number of orders of a product on a ladder; lower for a part of the data.
MIN_ORDER_COUNT, MIN_ORDER_COUNT_OF_SLICE = 20, 2
Say = Callable[[str], None]


@dataclass(slots=True)
class DemoShop:
    """The shop being set up from the first `basket_limit` baskets, or from all of them."""

    data: Path
    basket_limit: int | None
    say: Say
    _dataset: Dataset | None = None

    def dataset(self) -> Dataset:
        """Return the data, read once and only if a step needs it."""
        if self._dataset is None:
            self.say("Reading the Complete Journey")
            self._dataset = load_dataset(basket_limit=self.basket_limit)
        return self._dataset

    def import_data(self) -> None:
        """Import products and orders with the usual commands, keeping valid rows."""
        if Order.objects.exists():
            return
        products, orders = write_shop_files(self.dataset(), self.data / "demo", at=timezone.now())
        if not Product.objects.exists():
            self.say(f"Importing products from {products}")
            import_file("import_products", products)
        self.say(f"Importing orders from {orders}; lines without a quantity or a known product are rejected")
        import_file("import_orders", orders)

    def curate(self) -> None:
        """Set up customers, ladders, relations, bundles, placements and offers, all or nothing."""
        if is_curated():
            return
        self.say("Setting up ladders, bundles and offers")
        least = MIN_ORDER_COUNT if self.basket_limit is None else MIN_ORDER_COUNT_OF_SLICE
        items = catalogue_items(self.dataset(), min_order_count=least)
        pairs = learned_pairs(min_orders=MIN_ORDERS, min_lift=MIN_LIFT)
        pairs = count_households(pairs, self.dataset().transactions)
        with transaction.atomic():
            set_up_customers(at=timezone.now())
            curate(items=items, pairs=pairs)
        count_waiting(at=timezone.now())

    def simulate(self, *, weeks: int) -> None:
        """Simulate the last weeks of shoppers, and count their results.

        The shoppers of the demo page take no part, so that nothing is held back from them.
        """
        if not weeks or is_simulated():
            return
        # Arrow and scipy take memory and a second: only the first start needs them.
        simulation = import_module("demo.services.simulation.simulate")
        at, first = timezone.now(), tour_products().first()
        own = read_shoppers(ladder_start=first, product=None, today=localdate(at))
        simulation.simulate(
            weeks=weeks,
            data=self.data,
            without={shopper.facts.customer.external_id for shopper in own},
            at=at,
            say=self.say,
        )

    def publish(self) -> None:
        """Build the snapshot if anything has changed since the last one."""
        refresh_snapshot(at=timezone.now())


def write_shop_files(data: Dataset, folder: Path, *, at: datetime) -> tuple[Path, Path]:
    """Write the products with their invented columns and the orders moved to `at`; return both paths."""
    products = with_invented_columns(product_table(data), data)
    return write_files(products, moved_to(order_table(data), at=at), folder)


def import_file(command: str, path: Path) -> None:
    """Run an import that keeps valid rows and writes rejected ones to a file next to the data.

    The command's summary counts the rejected rows; the file lists them.
    """
    rejects = path.with_name(f"{path.stem}-rejected.csv")
    call_command(command, str(path), keep_good=True, rejects=rejects, stderr=StringIO())
    with rejects.open() as lines:
        is_empty = len(list(islice(lines, 2))) < 2  # noqa: PLR2004 (the header is one)
    if is_empty:
        rejects.unlink()
    else:
        sys.stdout.write(f"Rejected rows are in {rejects}\n")


def example_body() -> dict[str, Any]:
    """Return a request that returns offers: for a cart with a product of a ladder."""
    first = tour_products().first()
    if first is None:
        raise LaunchError("The shop has no ladders. Is AWASE_DATA the folder of an older shop?")
    return {"placement": "cart", "cart": [{"sku": first.sku, "quantity": 1}]}
