"""Recompute on the Complete Journey: each stage, and the time until every worker serves the result."""

import json
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, Self

from tqdm import tqdm

from launch.services.supervisor import Supervisor
from tests.bench.journey import journey_environment
from tests.bench.report import STAGES
from tests.bench.shop import run_command
from tests.bench.web import Web, start_web

POLL_SECONDS = 0.02
SERVED_SECONDS = 30.0
# After this many consecutive responses of the new generation, each on a new connection, both workers have
# answered many times.
SETTLED_ANSWERS = 40


class Watch:
    """Ask a server repeatedly which generation it serves, each time on a new connection."""

    def __init__(self, web: Web, key: str) -> None:
        self._request = urllib.request.Request(
            f"http://127.0.0.1:{web.port}/api/v1/offers?placement=home",
            headers={"Authorization": f"Bearer {key}"},
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.seen: list[tuple[float, str | None]] = []
        self.errors: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            try:
                with urllib.request.urlopen(self._request, timeout=10) as answer:  # noqa: S310 (our own)
                    generation = json.load(answer)["generation"]
            except OSError as error:
                self.errors.append(repr(error))
                continue
            self.seen.append((time.monotonic(), generation))

    def served_at(self, generation: datetime) -> tuple[float, float]:
        """Return when the generation was served first, and since when it is the only one."""
        deadline = time.monotonic() + SERVED_SECONDS
        while time.monotonic() < deadline:
            is_new = [_is_of(name, generation) for _, name in self.seen]
            if is_new[-SETTLED_ANSWERS:].count(True) == SETTLED_ANSWERS:
                last_old = max((place for place, new in enumerate(is_new) if not new), default=-1)
                return self.seen[is_new.index(True)][0], self.seen[last_old + 1][0]
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"{generation} was not served within {SERVED_SECONDS:g} s; {self.errors[-1:]}")


def measure_recompute(
    folder: Path, files: tuple[Path, Path], databases: Sequence[str], rounds: int
) -> dict[str, Any]:
    """Return the seconds of each stage and of the whole, on each database."""
    results = {}
    for database in databases:
        home = folder / f"recompute-{database}"
        with (
            journey_environment(database, home) as environment,
            Supervisor(home / "log") as supervisor,
        ):
            prepared = run_command(environment, "bench_journey", *map(str, files))
            fitted = run_command(environment | {"AWASE_FIT_SCORES": "1"}, "bench_recompute")
            environment["AWASE_FIT_SCORES"] = "0"
            web = start_web(supervisor, "web", environment)
            runs = [
                _run_once(environment, web, prepared["key"])
                for _ in tqdm(range(rounds), desc=f"recompute, {database}", unit="run")
            ]
        results[database] = {
            "lines": prepared["lines"],
            **summarise(runs, fit_seconds=fitted["stages"]["fit"]),
        }
    return results


def _run_once(environment: Mapping[str, str], web: Web, key: str) -> dict[str, Any]:
    with Watch(web, key) as watch:
        run = run_command(environment, "bench_recompute")
        first, settled = watch.served_at(datetime.fromisoformat(run["generation"]))
    if watch.errors:
        raise RuntimeError(f"Requests failed during a recompute: {watch.errors[:3]}")
    return {
        "stages": {**run["stages"], "served": max(settled - run["ended_at"], 0.0)},
        "first_served": first - run["began_at"],
        "read_to_served": settled - run["began_at"],
        "counts": run["counts"],
        "cold": run["cold"],
        "peak_mb": run["peak_mb"],
    }


def summarise(runs: Sequence[Mapping[str, Any]], *, fit_seconds: float) -> dict[str, Any]:
    """Return the medians of the warm runs in seconds, and the duration of the first, cold one."""
    return {
        "rounds": len(runs),
        "stages": {name: round(median(run["stages"][name] for run in runs), 3) for name in STAGES},
        "cold_stages": {name: round(runs[0]["cold"]["stages"].get(name, 0.0), 3) for name in STAGES},
        "cold_seconds": round(runs[0]["cold"]["seconds"], 3),
        "peak_mb": max(run["peak_mb"] for run in runs),
        "fit_seconds": fit_seconds,
        "read_to_served_seconds": round(median(run["read_to_served"] for run in runs), 3),
        "longest_read_to_served_seconds": round(max(run["read_to_served"] for run in runs), 3),
        "counts": runs[-1]["counts"],
    }


def _is_of(name: str | None, generation: datetime) -> bool:
    return name is not None and datetime.fromisoformat(name) == generation
