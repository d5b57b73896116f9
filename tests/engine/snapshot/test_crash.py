"""Kill the writer at any moment: readers see whole versions only."""

import random
import subprocess
import sys
import time
from pathlib import Path

from engine.snapshot import layout
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import Snapshot
from tests.engine.shop import Shop, ask

PRODUCT_COUNT = 3_000
KILLS = 12

# Version n sells everything at price n, so a mixture of two versions would show.
WRITER = f"""
import sys
from pathlib import Path
from engine.snapshot.writer import write_snapshot
from tests.engine.shop import Shop
directory = Path(sys.argv[1])
price = int(sys.argv[2])
shops = []
for price in (price, price + 1):
    shop = Shop()
    shop.sell(*(f"sku-{{number}}" for number in range({PRODUCT_COUNT})), price=price)
    shops.append(shop.data())
print("ready", flush=True)
while True:
    for data in shops:
        write_snapshot(data=data, directory=directory)
"""


def kill_while_writing(directory: Path, price: int, seconds: float) -> None:
    """Start a writer that writes without end, and kill it after a while."""
    command = [sys.executable, "-c", WRITER, str(directory), str(price)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.kill()


def assert_whole(snapshot: Snapshot) -> None:
    prices = snapshot.products.price
    assert len(prices) == PRODUCT_COUNT
    assert len(set(prices)) == 1
    assert snapshot.products.find("sku-1234") == 1234


def test_writer__killed_again_and_again__readers_see_whole_versions(tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311 (moments, not secrets)
    Shop().publish(tmp_path)

    for kill in range(KILLS):
        kill_while_writing(tmp_path, price=1 + kill * 10, seconds=chance.uniform(0.0, 0.06))
        current = read_pointer(tmp_path)
        assert current is not None
        snapshot = Snapshot.open(tmp_path / current)
        if len(snapshot.products):
            assert_whole(snapshot)

    assert ask(Shop().publish(tmp_path)).proposals == ()
    assert not list(tmp_path.glob(f"{layout.UNFINISHED_PREFIX}*"))
    assert sum(folder.is_dir() for folder in tmp_path.iterdir()) <= 2
