"""Kill the writer at any moment: readers see whole versions only."""

import multiprocessing
import random
import time
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path

from engine.snapshot import layout
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.shop import Shop, ask

PRODUCT_COUNT = 3_000
KILLS = 12
# Writers are forked from a process that has loaded this module, so that each starts at once.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


def write_without_end(directory: Path, price: int, ready: Connection) -> None:
    """Write versions that sell everything at `price` and at `price + 1`, so that a mixture would show."""
    shops = [Shop(), Shop()]
    for extra, shop in enumerate(shops):
        shop.sell(*(f"sku-{number}" for number in range(PRODUCT_COUNT)), price=price + extra)
    versions = [shop.data() for shop in shops]
    ready.send(None)
    for version in cycle(versions):
        write_snapshot(data=version, directory=directory)


def kill_while_writing(directory: Path, price: int, seconds: float) -> None:
    """Start a writer that writes without end, and kill it after a while."""
    ready, of_writer = PROCESSES.Pipe(duplex=False)
    writer = PROCESSES.Process(target=write_without_end, args=(directory, price, of_writer))
    writer.start()
    of_writer.close()
    ready.recv()
    time.sleep(seconds)
    writer.kill()
    writer.join()


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
