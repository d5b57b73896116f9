"""The same orders give the same figures, with any number of threads and any hash seed."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
# Threads of each numeric library, and the hash seed of the process.
PROCESSES = [{"threads": "1", "seed": "0"}, {"threads": "2", "seed": "1"}, {"threads": "4", "seed": "2"}]
# Large enough that a linear algebra library would divide the sums of the fit among its threads.
ORDER_COUNT = 2000


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Write orders of sixty customers, with staples of their own and two products of a family of four."""
    rng = np.random.default_rng(0)
    rows = ["order_id,placed_at,customer_id,sku,quantity"]
    for number in range(ORDER_COUNT):
        customer, family = number % 60, rng.integers(20)
        staples = [f"staple-{customer}-{place}" for place in range(3) if rng.random() < 0.6]
        pair = [f"family-{family}-{place}" for place in rng.choice(4, 2, replace=False)]
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        rows += [f"o{number},{at.isoformat()},c{customer},{sku},1" for sku in staples + pair]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def figures_of(orders: Path, *, threads: str, seed: str) -> str:
    """Return everything that a separate process learns from the orders and measures."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, threads) | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "tests.analytics.figures", str(orders)]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_figures__any_threads_and_hash_seed__are_identical(
    orders: Path,
) -> None:
    first, *others = [figures_of(orders, **process) for process in PROCESSES]

    assert "cart=CartBlend" in first  # weights were fitted, so sums were calculated
    for other in others:
        assert other == first
