"""The effect of a new snapshot on shoppers: the longest pause between responses, and when it is served."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from tqdm import tqdm

from engine.snapshot.writer import write_snapshot
from tests.bench.load import Load, LoadPlan, RunningLoad, run_load
from tests.bench.shop import BenchShop
from tests.bench.world.campaigns import make_snapshot_data
from tests.bench.world.traffic import make_bodies, to_wire


@dataclass(frozen=True, slots=True)
class Swaps:
    """How many new snapshots to write, and for how many seconds to serve each.

    The seconds are enough for every worker to notice and open a new version.
    """

    count: int = 6
    settle_seconds: float = 3.0
    connections: int = 16


def measure_refresh(shop: BenchShop, swaps: Swaps) -> dict[str, Any]:
    """Write new snapshots under load, and run the same load without any for comparison."""
    seconds = swaps.settle_seconds * (swaps.count + 1)
    bodies = make_bodies(shop.catalogue, count=2_000)
    wire = [to_wire(body, key=shop.key).decode() for body in bodies]
    plan = LoadPlan(shop.webs[shop.main_count].port, seconds, swaps.connections, wire)
    quiet = run_load(plan)
    running = RunningLoad(plan)
    time.sleep(swaps.settle_seconds / 2)
    numbers = tqdm(range(1, swaps.count + 1), desc="refresh", unit="swap")
    swapped = [_swap(shop, number, swaps.settle_seconds) for number in numbers]
    busy = running.finish()
    return {
        "swaps": swaps.count,
        "without_swap": _pauses(quiet),
        "with_swaps": _pauses(busy),
        "failed": busy.failed,
        "answers": busy.answers,
        "build_seconds": round(median(built for _, _, built in swapped), 3),
        **_serving_delays(busy, [(moment, at) for moment, at, _ in swapped]),
    }


def _swap(shop: BenchShop, number: int, settle_seconds: float) -> tuple[float, datetime, float]:
    """Publish a new version; return when it was written, its generation and how long writing took."""
    published_at = shop.opened_at + timedelta(minutes=number)
    data = make_snapshot_data(
        shop.catalogue, offer_count=shop.main_count, at=shop.opened_at, published_at=published_at
    )
    data = replace(data, origin=replace(data.origin, generation_id=1 + number))
    began_at = time.monotonic()
    write_snapshot(data=data, directory=shop.snapshots[shop.main_count])
    done_at = time.monotonic()
    time.sleep(max(0.0, began_at + settle_seconds - done_at))
    return done_at, published_at, done_at - began_at


def _pauses(load: Load) -> dict[str, float]:
    """Return the longest pause without a response, and the time of the slowest responses."""
    return {
        "longest_pause_ms": round(load.longest_pause * 1e3, 2),
        "p99_ms": round(load.latencies["p99"] * 1e3, 2),
        "longest_answer_ms": round(load.latencies["max"] * 1e3, 2),
        "requests_per_second": round(load.answers / load.seconds, 1),
    }


def _serving_delays(load: Load, swapped: list[tuple[float, datetime]]) -> dict[str, Any]:
    """Return the seconds from the swap to the first new response, and to the last old one of any worker."""
    seen = {datetime.fromisoformat(name): when for name, when in load.generations.items()}
    first, last, before = [], [], min(seen)
    for swapped_at, published_at in swapped:
        if published_at not in seen:
            raise RuntimeError(f"The snapshot of {published_at} was never served.")
        first.append(seen[published_at].first - swapped_at)
        last.append(seen[before].last - swapped_at)
        before = published_at
    return {
        "first_new_answer_seconds": {"median": round(median(first), 3), "longest": round(max(first), 3)},
        "all_new_answers_seconds": {"median": round(median(last), 3), "longest": round(max(last), 3)},
    }
