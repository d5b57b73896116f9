"""Measure Awase: `python -m tests.bench [--only PARTS] [--databases NAMES] [--quick]`, or `make bench`.

Prints a table and writes bench.json into the data folder (AWASE_DATA or var/). Servers only listen on
loopback, databases and files are in a temporary folder, and everything that was started is stopped.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.data.dataset import load_dataset, write_tables
from launch.services.supervisor import stop_on_signals
from tests.bench.curve import measure_curve
from tests.bench.journey import DATABASES, measure_import
from tests.bench.pricing import Carts, measure_pricing
from tests.bench.recompute import measure_recompute
from tests.bench.refresh import Swaps, measure_refresh
from tests.bench.report import render, targets_of
from tests.bench.serving import Effort, measure_serving
from tests.bench.shop import Scale, open_shop
from tests.bench.totals import Traffic, measure_totals
from tests.bench.web import REPOSITORY

PARTS = ("pricing", "serving", "refresh", "recompute", "curve", "import", "totals")
JOURNEY_PARTS = frozenset({"recompute", "curve", "import"})


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure. `basket_limit` None is the whole Complete Journey."""

    scale: Scale = field(default_factory=Scale)
    effort: Effort = field(default_factory=Effort)
    swaps: Swaps = field(default_factory=Swaps)
    basket_limit: int | None = None
    recompute_rounds: int = 3
    import_rounds: int = 3
    curve_copies: tuple[int, ...] = (1, 5, 10, 20)  # 1.5, 7, 15 and 29 million lines
    carts: Carts = field(default_factory=Carts)
    traffic: Traffic = field(default_factory=Traffic)


# Small enough for a test: it shows that everything runs, but its figures are meaningless.
QUICK = Size(
    scale=Scale(product_count=2_000, offer_counts=(10, 50), customer_count=50, web_workers=1),
    effort=Effort(rounds=2, seconds=0.2, connections=4, request_count=200),
    swaps=Swaps(count=1, settle_seconds=2.0, connections=1),
    basket_limit=300,
    recompute_rounds=1,
    import_rounds=1,
    curve_copies=(2,),
    carts=Carts(offer_counts=(10, 100), rounds=1, seconds=0.05),
    traffic=Traffic(rows_per_day=400, past_days=2),
)


def main(arguments: Sequence[str]) -> int:
    """Measure the requested parts, write the JSON, print the table."""
    options = read_arguments(arguments)
    size = QUICK if options.quick else Size()
    with stop_on_signals(), tempfile.TemporaryDirectory(prefix="awase-bench-") as folder:
        results = measure(Path(folder), size, options.only, options.databases)
    results["targets"] = [target.as_dict() for target in targets_of(results)]
    path = Path(os.environ.get("AWASE_DATA") or REPOSITORY / "var") / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    sys.stdout.write(f"\n{render(results)}\n\nWritten to {path}\n")
    return 0


def read_arguments(arguments: Sequence[str]) -> Namespace:
    """Return the options."""
    parser = ArgumentParser(prog="python -m tests.bench", description="Measure Awase.")
    for option, names in (("--only", PARTS), ("--databases", DATABASES)):
        parser.add_argument(option, type=_some_of(names), default=names, help=f"Some of {','.join(names)}.")
    parser.add_argument("--quick", action="store_true", help="A small run, to see that it works.")
    return parser.parse_args(arguments)


def measure(folder: Path, size: Size, parts: Sequence[str], databases: Sequence[str]) -> dict[str, Any]:
    """Return the machine and the results of each part."""
    results: dict[str, Any] = {"machine": machine()}
    if "pricing" in parts:
        results["pricing"] = measure_pricing(size.carts)
    if "serving" in parts or "refresh" in parts:
        with open_shop(folder / "shop", size.scale) as shop:
            if "serving" in parts:
                results["serving"] = measure_serving(shop, size.effort)
            if "refresh" in parts:
                results["refresh"] = measure_refresh(shop, size.swaps)
    if "totals" in parts:
        results["totals"] = measure_totals(folder, databases, size.traffic)
    if JOURNEY_PARTS.intersection(parts):
        results |= measure_journey(folder, size, parts, databases)
    return results


def measure_journey(
    folder: Path, size: Size, parts: Sequence[str], databases: Sequence[str]
) -> dict[str, Any]:
    """Return the results of the parts that need the Complete Journey."""
    data = load_dataset(basket_limit=size.basket_limit)
    results: dict[str, Any] = {}
    if "curve" in parts:
        results["curve"] = measure_curve(folder / "curve", data, size.curve_copies)
    files = write_tables(data, folder / "journey")
    del data
    if "recompute" in parts:
        results["recompute"] = measure_recompute(folder, files, databases, size.recompute_rounds)
    if "import" in parts:
        results["import"] = measure_import(folder, files, databases, size.import_rounds)
    return results


def machine() -> dict[str, Any]:
    """Return the machine, the time and the load before the measurement."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip() or None,
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _some_of(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for a comma-separated list of known names."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        if unknown := set(names) - set(known):
            raise ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return names

    return read


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
