"""The cost of counting as orders grow: index and count, with compiled loops and sparse matrices.

The Complete Journey is repeated, each time with new orders: basket sizes and the skew of the products do not
change. Each measurement runs in its own process, so that its peak memory is its own too:
`python -m tests.bench.curve LINES.npz COPIES ENGINE` prints it as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from analytics.stats.copurchase import find_partners
from analytics.stats.sales import Sales, to_baskets
from analytics.stats.settings import LearningSettings
from demo.data.dataset import Dataset
from tests.bench.memory import peak_mb
from tests.bench.web import REPOSITORY

ENGINES = ("numba", "scipy")
CHILD_SECONDS = 900


def measure_curve(folder: Path, data: Dataset, copies: Sequence[int]) -> list[dict[str, Any]]:
    """Return the cost of each size with each engine."""
    lines = _write_lines(folder, data)
    runs = [(count, engine) for count in copies for engine in ENGINES]
    return [_measure_apart(lines, *run) for run in tqdm(runs, desc="curve", unit="run")]


def _write_lines(folder: Path, data: Dataset) -> Path:
    """Write the order lines as positions."""
    folder.mkdir(parents=True, exist_ok=True)
    table = data.transactions.query("quantity > 0")
    _, order = np.unique(table["basket_id"], return_inverse=True)
    _, product = np.unique(table["product_id"], return_inverse=True)
    path = folder / "lines.npz"
    np.savez(path, order=order.astype(np.int32), product=product.astype(np.int32))
    return path


def _measure_apart(lines: Path, copies: int, engine: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.curve", str(lines), str(copies), engine]
    cache = {"NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(lines.parent / "numba"))}
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | cache,
        stdout=subprocess.PIPE,
        check=True,
        timeout=CHILD_SECONDS,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def measure_here(lines: Path, copies: int, engine: str) -> dict[str, Any]:
    """Index and count in this process, once to load compiled code, and then for the measurement."""
    settings = LearningSettings(engine=engine)
    find_partners(baskets=to_baskets(_sales([0, 0, 1, 1], [0, 1, 0, 1])), settings=settings)
    with np.load(lines) as columns:
        order, product = columns["order"], columns["product"]
    sales = _sales(_tiled(order, copies, step=int(order.max()) + 1), np.tile(product, copies))
    del order, product
    times = [(time.monotonic(), time.process_time())]
    baskets = to_baskets(sales)
    times.append((time.monotonic(), time.process_time()))
    found = find_partners(baskets=baskets, settings=settings)
    times.append((time.monotonic(), time.process_time()))
    (began, began_cpu), (indexed, indexed_cpu), (ended, ended_cpu) = times
    return {
        "lines": len(sales.line_order),
        "engine": engine,
        "pairs": found.pair_count,
        "index_seconds": round(indexed - began, 3),
        "count_seconds": round(ended - indexed, 3),
        "index_cpu_seconds": round(indexed_cpu - began_cpu, 3),
        "count_cpu_seconds": round(ended_cpu - indexed_cpu, 3),
        "peak_mb": peak_mb(),
    }


def _tiled(order: npt.NDArray[np.int32], copies: int, *, step: int) -> npt.NDArray[np.int32]:
    return (np.arange(copies, dtype=np.int32)[:, None] * np.int32(step) + order).reshape(-1)


def _sales(order: npt.ArrayLike, product: npt.ArrayLike) -> Sales:
    """Return sales of these lines, given as positions."""
    line_order, line_product = np.array(order, np.int32, copy=None), np.array(product, np.int32, copy=None)
    order_count, product_count = int(line_order.max()) + 1, int(line_product.max()) + 1
    line_order += 1
    line_product += 1
    none = np.empty(0, np.int64)
    return Sales(
        line_order=line_order,
        line_product=line_product,
        order=np.arange(1, order_count + 1),
        placed_us=np.arange(order_count),
        customer=np.zeros(order_count, np.int64),
        product=np.arange(1, product_count + 1),
        product_category=np.zeros(product_count, np.int64),
        category=none,
        category_parent=none,
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_here(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
