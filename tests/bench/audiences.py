"""How long it takes to count audiences of many customers: `python -m tests.bench.audiences`.

With `--quick` it shows that it works. Each database is filled with customers who all have facts, purchases,
attributes and survey answers; then ten audiences are counted, as a worker does after a recompute.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.journey import DATABASES, journey_environment
from tests.bench.shop import run_command

CUSTOMERS, FEW = 1_000_000, 3_000


def measure(customers: int) -> dict[str, Any]:
    """Return the seconds of a count on each database."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="awase-bench-") as folder:
        for database in DATABASES:
            with journey_environment(database, Path(folder) / database) as environment:
                results[database] = run_command(environment, "bench_audiences", "--customers", str(customers))
    return results


if __name__ == "__main__":
    for name, figures in measure(FEW if "--quick" in sys.argv[1:] else CUSTOMERS).items():
        print(f"{name}: {figures}")  # noqa: T201 (a command)
