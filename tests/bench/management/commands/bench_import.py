"""Import files and write the same rows by the database's bulk path in turn; print both rates."""

import io
import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, models
from tqdm import tqdm

from catalog.models import Product
from checkout.models import OrderLine
from tests.bench.bulk import ORDER_TABLES, PRODUCT_TABLES, copy_out, empty, write_back


class Command(BaseCommand):
    help = "Measure import_products and import_orders against the database's bulk path."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("products")
        parser.add_argument("orders")
        parser.add_argument("--rounds", type=int, default=2)

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        rounds: dict[str, list[tuple[float, float]]] = {"products": [], "orders": []}
        for _ in tqdm(range(options["rounds"]), desc=f"import, {connection.vendor}", unit="round"):
            empty((*PRODUCT_TABLES, *ORDER_TABLES))
            rounds["products"].append(
                measure("import_products", options["products"], PRODUCT_TABLES, Product.objects.count)
            )
            rounds["orders"].append(
                measure("import_orders", options["orders"], ORDER_TABLES, OrderLine.objects.count)
            )
        self.stdout.write(json.dumps({name: summarise(rates) for name, rates in rounds.items()}))


def measure(
    command: str, path: str, tables: Sequence[type[models.Model]], count: Callable[[], int]
) -> tuple[float, float]:
    """Return the rows per second of the import and of the bulk path into the same empty tables."""
    said = io.StringIO()
    imported = seconds_of(
        lambda: call_command(command, path, keep_good=True, no_progress=True, stdout=said, stderr=said)
    )
    rows = count()
    saved = copy_out(tables)
    empty(tables)
    written = seconds_of(lambda: write_back(saved))
    if count() != rows:
        raise RuntimeError(f"{command}: the bulk path wrote {count()} rows, the import {rows}.")
    return rows / imported, rows / written


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def summarise(rates: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return the median rates, and the median of their ratio per round."""
    return {
        "rows_per_second": round(median(imported for imported, _ in rates)),
        "bulk_rows_per_second": round(median(bulk for _, bulk in rates)),
        "ratio": round(median(imported / bulk for imported, bulk in rates), 4),
        "rounds": [[round(imported), round(bulk)] for imported, bulk in rates],
    }
