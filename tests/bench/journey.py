"""The Complete Journey on both databases: imports compared with the bulk path, and recompute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from demo.data.dataset import CURRENCY
from tests.bench.shop import run_command
from tests.bench.web import environment_of
from tests.run import postgres_url
from tests.support.migrated import put_migrated_database

DATABASES = ("sqlite", "postgresql")
POSTGRES_DATABASE = "awase_bench"


@contextmanager
def journey_environment(database: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty shop on the database; it is deleted afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        put_migrated_database(folder)
        yield environment_of(folder) | {"AWASE_CURRENCY": CURRENCY}
        return
    with postgres_url() as server, _own_database(server) as url:
        yield environment_of(folder, url) | {"AWASE_CURRENCY": CURRENCY}


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    """Create a database for the benchmark on the server, and drop it at the end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {POSTGRES_DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {POSTGRES_DATABASE}")
        address, _, query = server.partition("?")
        own = f"{address.rpartition('/')[0]}/{POSTGRES_DATABASE}"
        try:
            yield f"{own}?{query}" if query else own
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {POSTGRES_DATABASE} WITH (FORCE)")


def measure_import(
    folder: Path, files: tuple[Path, Path], databases: Sequence[str], rounds: int
) -> dict[str, Any]:
    """Return the rates of both imports and of the bulk path, on each database."""
    results = {}
    for database in databases:
        with journey_environment(database, folder / f"import-{database}") as environment:
            results[database] = run_command(
                environment, "bench_import", *map(str, files), "--rounds", str(rounds)
            )
    return results
