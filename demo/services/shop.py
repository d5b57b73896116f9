"""The steps that turn an empty database into a shop. Each is skipped if it is already done."""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from tqdm import tqdm

from analytics.models import RecomputeRun, RunState, RunTrigger
from analytics.services.run import request_period, request_run
from catalog.models import Product
from checkout.models import Order
from demo.data.catalogue import catalogue_items
from demo.data.dataset import Dataset, load_dataset, order_table, product_table, write_files
from demo.data.invented import moved_to, with_invented_columns
from demo.plans.pairs import MIN_LIFT, MIN_ORDERS, count_households
from demo.services.curation import curate, is_curated
from demo.services.evidence import learned_pairs
from demo.services.tour import tour_products
from launch.programs import LOOPBACK
from offers.models import Generation
from offers.services.snapshot import refresh_snapshot

POLL_SECONDS = 0.2
LEARNING_SECONDS = 600
SERVING_SECONDS = 20
UNKNOWN_PLACEMENT = b'"code":"unknown_placement"'
UNFINISHED = {RunState.REQUESTED, RunState.RUNNING}
# The minimum number of orders of a product on a ladder; lower for a part of the data.
MIN_ORDER_COUNT, MIN_ORDER_COUNT_OF_SLICE = 20, 2
Say = Callable[[str], None]


class DemoError(Exception):
    """The shop could not be set up."""


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

    def learn(self, check: Callable[[], None]) -> None:
        """Wait for the worker's first statistics; `check` raises if a program has died.

        An unfinished run of a killed demo is waited for as well: the worker takes it over after two minutes
        without a heartbeat.
        """
        if Generation.objects.exists():
            return
        self.say("Calculating the statistics in the Celery worker")
        run = first_run(timezone.now())
        deadline = time.monotonic() + LEARNING_SECONDS
        with tqdm(unit="s", desc="Recompute", bar_format="{desc}: {elapsed} {postfix}") as bar:
            while run.state in UNFINISHED:
                check()
                if time.monotonic() > deadline:
                    raise DemoError(
                        f"The statistics took more than {LEARNING_SECONDS} s. See the worker's log."
                    )
                bar.set_postfix_str(run.stage or run.state)
                time.sleep(POLL_SECONDS)
                run = RecomputeRun.objects.get(pk=run.pk)
        if run.state != RunState.SUCCEEDED:
            raise DemoError(f"The recompute failed: {run.error}")

    def curate(self) -> None:
        """Set up ladders, relations, bundles, placements and offers."""
        if is_curated():
            return
        self.say("Setting up ladders, bundles and offers")
        least = MIN_ORDER_COUNT if self.basket_limit is None else MIN_ORDER_COUNT_OF_SLICE
        items = catalogue_items(self.dataset(), min_order_count=least)
        pairs = learned_pairs(min_orders=MIN_ORDERS, min_lift=MIN_LIFT)
        curate(items=items, pairs=count_households(pairs, self.dataset().transactions))

    def publish(self) -> None:
        """Build the snapshot if anything has changed since the last one."""
        refresh_snapshot(at=timezone.now())


def first_run(at: datetime) -> RecomputeRun:
    """Return the run to wait for: one in progress, the scheduled one of this period, or a new one.

    Beat would request the scheduled run anyway, and another one would compute the same twice. It may have
    failed in an earlier demo; then a new one is requested.
    """
    under_way = RecomputeRun.objects.unfinished().first()
    if under_way is not None:
        return under_way
    run = request_period(at=at)
    if run.state in UNFINISHED:
        return run
    return request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=at)


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


def example_request(key: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Return the path, headers and body of a request that returns offers."""
    first = tour_products().first()
    if first is None:
        raise DemoError("The shop has no ladders. Is AWASE_DATA the folder of an older shop?")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return "/api/v1/offers", headers, {"placement": "cart", "cart": [{"sku": first.sku, "quantity": 1}]}


def curl_command(url: str, key: str) -> str:
    """Return the example request as a shell command."""
    path, headers, body = example_request(key)
    options = " ".join(f"-H '{name}: {value}'" for name, value in headers.items())
    return f"curl -s {url}{path} {options} -d '{json.dumps(body)}'"


def require_offers(port: int, key: str, check: Callable[[], None]) -> int:
    """Send the example request and return the number of offers; raise DemoError if there are none.

    A web worker may still serve the snapshot of the empty shop, which has no placement; it is asked until it
    has loaded the new one.
    """
    deadline = time.monotonic() + SERVING_SECONDS
    while not (offers := ask_for_offers(port, key)):
        check()
        if time.monotonic() > deadline:
            raise DemoError("The shop responds, but without offers. See the web server's log.")
        time.sleep(POLL_SECONDS)
    return len(offers)


def ask_for_offers(port: int, key: str) -> list[Any]:
    """Return the offers for the example request; [] if there is no snapshot yet, or only an earlier one."""
    path, headers, body = example_request(key)
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{port}{path}", data=json.dumps(body).encode(), headers=headers
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (our own address)
            offers: list[Any] = json.load(answer)["offers"]
            return offers
    except urllib.error.HTTPError as error:
        said = error.read(500)
        is_earlier = error.code == HTTPStatus.NOT_FOUND and UNKNOWN_PLACEMENT in said
        if error.code == HTTPStatus.SERVICE_UNAVAILABLE or is_earlier:
            return []
        raise DemoError(f"The shop does not respond to {path}: {error} {said!r}") from error
    except OSError as error:
        raise DemoError(f"The shop does not respond to {path}: {error}") from error
