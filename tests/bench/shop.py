"""The synthetic shop on its servers: one granian for each number of offers, one database for all."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.snapshot.writer import write_snapshot
from launch.services.supervisor import Supervisor
from tests.bench.web import REPOSITORY, WORKERS, Web, environment_of, start_web
from tests.bench.world.campaigns import make_snapshot_data
from tests.bench.world.catalogue import BenchCatalogue, make_catalogue
from tests.support.migrated import put_migrated_database

COMMAND_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of the shop. The middle one of `offer_counts` is the main one."""

    product_count: int = 100_000
    offer_counts: tuple[int, ...] = (100, 1_000, 10_000)
    customer_count: int = 2_000
    web_workers: int = WORKERS

    @property
    def main_count(self) -> int:
        """Return the number of offers that the plain view is compared with."""
        return self.offer_counts[len(self.offer_counts) // 2]


@dataclass(frozen=True, slots=True)
class BenchShop:
    """The running servers and the data for requests; `silent_web` is the main one without a journal."""

    catalogue: BenchCatalogue
    key: str
    customer_count: int
    web_workers: int
    main_count: int
    webs: Mapping[int, Web]
    silent_web: Web
    snapshots: Mapping[int, Path]
    opened_at: datetime


@contextmanager
def open_shop(folder: Path, scale: Scale) -> Iterator[BenchShop]:
    """Build the shop in `folder`, start its servers, and stop them at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    put_migrated_database(folder)
    catalogue = make_catalogue(product_count=scale.product_count)
    environment = environment_of(folder)
    prepared = run_command(
        environment,
        "bench_prepare",
        *("--customers", str(scale.customer_count), "--products", str(scale.product_count)),
    )
    opened_at = datetime.now(UTC)
    snapshots, webs = {}, {}
    with Supervisor(folder / "log") as supervisor:
        for count in scale.offer_counts:
            snapshots[count] = directory = folder / f"snapshot-{count}"
            data = make_snapshot_data(catalogue, offer_count=count, at=opened_at, published_at=opened_at)
            write_snapshot(data=data, directory=directory)
            shutil.copy(folder / "snapshot" / "keys.json", directory)
            own = environment | {"AWASE_SNAPSHOT_DIR": str(directory)}
            webs[count] = start_web(supervisor, f"web-{count}", own, workers=scale.web_workers)
        silent = environment | {
            "AWASE_SNAPSHOT_DIR": str(snapshots[scale.main_count]),
            "AWASE_JOURNAL": "0",
        }
        yield BenchShop(
            catalogue=catalogue,
            key=prepared["key"],
            customer_count=scale.customer_count,
            web_workers=scale.web_workers,
            main_count=scale.main_count,
            webs=webs,
            silent_web=start_web(supervisor, "web-silent", silent, workers=scale.web_workers),
            snapshots=snapshots,
            opened_at=opened_at,
        )


def run_command(environment: Mapping[str, str], name: str, *arguments: str) -> dict[str, Any]:
    """Run one of the benchmark's management commands; return the JSON object it prints last."""
    command: Sequence[str] = (sys.executable, "manage.py", name, *arguments)
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | dict(environment),
        stdout=subprocess.PIPE,
        check=False,
        timeout=COMMAND_SECONDS,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} exited with code {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
