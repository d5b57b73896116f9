"""The README's way from two CSV files to an offer with a price, command by command."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings

from launch.services.choices import MARKETS
from launch.services.programs import free_port

# It uses the database of a new folder, and the programs are the same on every database.
pytestmark = [pytest.mark.worker, pytest.mark.any_database, pytest.mark.xdist_group("demo")]

README = (settings.BASE_DIR / "README.md").read_text()
SECTION = README.split("## Run your own shop")[1].split("\n## ")[0]
START_SECONDS = 300
LIMIT_SECONDS = 600
OF_THE_SUITE = {
    *("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "AWASE_DEMO", "MAKEFLAGS"),
    *MARKETS["JP"].variables(),
}
PRODUCTS = """sku,name,price,currency,category
GC-80,Green tea 80 g,780,JPY,Grocery > Tea
MC-40,Matcha 40 g,2400,JPY,Grocery > Tea
YK-1,Yokan,650,JPY,Grocery > Sweets
WK-1,Bamboo whisk,2200,JPY,Kitchen
"""
PRICES = {"GC-80": 780, "MC-40": 2400, "YK-1": 650, "WK-1": 2200}
BASKETS = (("GC-80", "YK-1"), ("MC-40", "WK-1"), ("GC-80", "YK-1"), ("MC-40",))


@dataclass
class OwnShop:
    """What the commands said."""

    folder: Path
    port: int = field(default_factory=free_port)
    said: str = ""
    answer: str = ""
    seconds: float = 0.0
    exit_code: int = -1
    left: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
        # The repository is the folder of the commands; the data and the files are elsewhere.
        data = str(self.folder / "my-shop")
        return inherited | {"AWASE_DATA": data, "PORT": str(self.port)}

    def run(self, command: str) -> str:
        """Run one command of the README and return what it said."""
        done = subprocess.run(
            ["sh", "-c", self.here(command)],
            cwd=settings.BASE_DIR,
            env=self.environment(),
            umask=0,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def made_by(self, target: str) -> str:
        """Return the command that `make` runs in a folder that is set up."""
        return self.run(f"make --no-print-directory --dry-run --old-file=.venv/.installed {target}").strip()

    def here(self, command: str) -> str:
        """Return the command with this test's files, and with the Python that runs the test."""
        for name in ("products.csv", "orders.csv", "my-shop/shop.env"):
            command = command.replace(name, shlex.quote(str(self.folder / name)))
        return command.replace(".venv/bin/python", sys.executable)


def commands() -> tuple[list[str], str]:
    """Return the README's commands before `make serve`, and the request after it."""
    first, second = re.findall(r"((?:^    (?:export|make|\.|curl|  -d).*\n)+)", SECTION, re.MULTILINE)
    lines = [line.strip() for line in first.splitlines()]
    assert (lines[0], lines[1], lines[-1]) == ("export AWASE_DATA=$PWD/my-shop", "make setup", "make serve")
    return lines[2:-1], second


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> OwnShop:
    """Follow the README."""
    path = OwnShop(tmp_path_factory.mktemp("own"))
    write_files(path.folder)
    before, request = commands()
    started = time.monotonic()
    path.said = "".join(path.run(command) for command in before)
    log = path.folder / "serve.out"
    with log.open("wb") as output:
        serve = subprocess.Popen(
            shlex.split(path.here(path.made_by("serve"))),
            cwd=settings.BASE_DIR,
            env=path.environment(),
            umask=0,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for("Example request", log, serve)
        path.answer = path.run(request)
        path.seconds = time.monotonic() - started
        family = psutil.Process(serve.pid).children(recursive=True)
    finally:
        serve.send_signal(signal.SIGINT)
        path.exit_code = serve.wait(60)
    path.said += log.read_text()
    _gone, alive = psutil.wait_procs(family, timeout=20)
    path.left = [" ".join(one.cmdline()) for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    return path


def write_files(folder: Path) -> None:
    rows = [
        f"A-{number},2026-{3 + number // 28:02}-{number % 28 + 1:02},c-{number % 20},{sku},1,{PRICES[sku]}"
        for number in range(100)
        for sku in BASKETS[number % len(BASKETS)]
    ]
    (folder / "products.csv").write_text(PRODUCTS)
    header = "order_id,placed_at,customer_id,sku,quantity,unit_price"
    (folder / "orders.csv").write_text("\n".join([header, *rows, ""]))


def wait_for(words: str, log: Path, process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while words not in log.read_text(errors="replace"):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def test_readme_shop__two_csv_files__lead_to_the_offer_it_shows_within_ten_minutes(path: OwnShop) -> None:
    (price,) = re.findall(r'^    ("price":.*)$', SECTION, re.MULTILINE)

    assert price in path.answer
    assert path.seconds < LIMIT_SECONDS


def test_readme_shop__shown_output__is_what_the_commands_say(path: OwnShop) -> None:
    shown = re.findall(r"^    ((?:Settings|Placements created|Offers created): .*)$", SECTION, re.MULTILINE)

    assert len(shown) == 3
    assert [line for line in shown if line not in path.said] == []


def test_readme_shop__interrupted__exits_cleanly_and_leaves_no_process(path: OwnShop) -> None:
    assert path.exit_code == 0
    assert path.left == []


def test_readme_shop__whatever_the_umask__its_data_is_for_its_user_only(path: OwnShop) -> None:
    data = path.folder / "my-shop"
    written = [data, *data.rglob("*")]
    modes = {str(one.relative_to(data)): one.stat().st_mode & 0o777 for one in written}

    names = {one.name for one in written}
    assert names >= {
        "awase.sqlite3",
        "secret.key",
        "shop.env",
        "settings.env",
        "snapshot",
        "web.log",
        "static",
    }
    open_to_others = {name: oct(mode) for name, mode in modes.items() if mode & 0o077}
    assert open_to_others == {}
