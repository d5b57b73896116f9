"""How long totals and pages of results take at 20 million events and shown offers in 90 days.

Run `python -m tests.bench.totals`, with `--quick` to see that it works. Today and yesterday are generated row
by row: 111,000 events and 111,000 shown offers each. Pages read totals only, so those of the 270 days before
are copies of one that was counted.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.journey import DATABASES, journey_environment
from tests.bench.shop import run_command

ROWS_PER_DAY, FEW = 222_000, 2_000


def measure(rows: int) -> dict[str, Any]:
    """Return the seconds of counts and pages on each database, with so many rows a day."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="awase-bench-") as folder:
        for database in DATABASES:
            with journey_environment(database, Path(folder) / database) as environment:
                results[database] = run_command(environment, "bench_totals", "--rows", str(rows))
    return results


if __name__ == "__main__":
    for name, figures in measure(FEW if "--quick" in sys.argv[1:] else ROWS_PER_DAY).items():
        print(f"{name}: {figures}")  # noqa: T201 (a command)
