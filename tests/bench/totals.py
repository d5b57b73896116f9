"""How long totals and pages of results take at 20 million events and shown offers in 90 days.

Today and yesterday are generated row by row: 111,000 shown offers and about as many events each. Pages read
totals only, so those of the days before are copies of one that was counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.journey import journey_environment
from tests.bench.shop import run_command


@dataclass(frozen=True, slots=True)
class Traffic:
    """Shown offers and events a day, and the days before that pages read: three periods of 90."""

    rows_per_day: int = 222_000  # 20 million in 90 days
    past_days: int = 270


def measure_totals(folder: Path, databases: Sequence[str], traffic: Traffic) -> dict[str, Any]:
    """Return the seconds of counts and pages on each database."""
    size = ("--rows", str(traffic.rows_per_day), "--past-days", str(traffic.past_days))
    results = {}
    for database in databases:
        with journey_environment(database, folder / f"totals-{database}") as environment:
            results[database] = run_command(environment, "bench_totals", *size)
    return results
