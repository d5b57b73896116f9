"""Evaluate what is served beside its peers: `python -m tests.eval [--orders FILE …]`, or `make eval`.

Without --orders it takes the Complete Journey's, written into the data folder (AWASE_DATA, else var/), before
December 2017. Nothing else is written, no database is asked.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import django
from tqdm import tqdm

REPOSITORY = Path(__file__).resolve().parents[2]
JOURNEY_CUT = "2017-12-01T00:00:00+00:00"


def read_arguments(arguments: Sequence[str]) -> Namespace:
    """Return the options."""
    parser = ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("--orders", type=Path, help="order lines, as for evaluate")
    parser.add_argument("--products", type=Path, help="products, as for evaluate")
    parser.add_argument("--before", help="learn from orders before this moment; else the last tenth tests")
    parser.add_argument("--seed", type=int, default=0, help="draws other questions")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Read, evaluate everybody, print one table for each question."""
    options = read_arguments(arguments)
    if options.orders is None:
        options.orders, options.products = write_journey()
        options.before = options.before or JOURNEY_CUT
    now = datetime.now(UTC)
    sources = read_sources(orders_path=options.orders, products_path=options.products, at=now)
    with tqdm(unit=" questions", disable=None) as bar:
        evaluation = evaluate(
            sources.orders.history,
            sources.catalogue,
            before_us=to_microseconds(options.before, at=now) if options.before else None,
            seed=options.seed,
            settings=LearningSettings(),
            peers=peers,
            on_progress=lambda stage, _done, _total: bar.set_description(stage),
        )
    sys.stdout.write(render_table(evaluation, sources) + "\n")
    return 0


def write_journey() -> tuple[Path, Path]:
    """Write the Complete Journey's orders and products, once."""
    folder = Path(os.environ.get("AWASE_DATA", REPOSITORY / "var")) / "eval"
    orders, products = folder / "orders.parquet", folder / "products.parquet"
    if not (orders.exists() and products.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        write_tables(load_dataset(), folder)
    return orders, products


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `implicit` asks for
    django.setup()

    from analytics.evaluation.evaluate import evaluate
    from analytics.evaluation.order_file import to_microseconds
    from analytics.evaluation.report import render_table
    from analytics.evaluation.sources import read_sources
    from analytics.stats.settings import LearningSettings
    from demo.data.dataset import load_dataset, write_tables
    from tests.eval.peers import peers

    sys.exit(main(sys.argv[1:]))
