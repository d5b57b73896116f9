"""Writing and mapping versions, and what a worker does when one is damaged."""

import itertools
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from engine.snapshot import layout
from engine.snapshot.pointer import read_pointer
from engine.snapshot.reader import CorruptSnapshotError, Snapshot
from engine.snapshot.store import LONGEST_UNSEEN, LOOK_SECONDS, SnapshotStore
from engine.snapshot.writer import write_snapshot
from tests.engine.shop import Shop, ask, offered


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def kiosk(*skus: str) -> Shop:
    shop = Shop()
    shop.sell(*skus)
    shop.offer("all", curated=skus, max_proposals=4)
    return shop


def publish(directory: Path, *skus: str) -> str:
    return write_snapshot(data=kiosk(*skus).data(), directory=directory)


def versions_in(directory: Path) -> list[str]:
    return sorted(folder.name for folder in directory.iterdir() if folder.is_dir())


def test_snapshot__opened__contains_what_was_written(tmp_path: Path) -> None:
    snapshot = kiosk("news", "gum").publish(tmp_path)

    products = snapshot.products
    assert (len(products), products.find("gum"), products.find_pk(20)) == (2, 1, 1)
    assert (snapshot.find_product("ｇｕｍ "), snapshot.find_product("GUM")) == (1, -1)
    assert (products.find("pen"), products.find_pk(15), products.find_pk(99)) == (-1, -1, -1)
    assert (products.name[1], products.price[1], products.texts_of(1).page_url) == (
        "Gum",
        500,
        "https://shop.example/gum",
    )
    assert (snapshot.generation, snapshot.order_count) == ("2026-11-21T09:00:00Z", 1000)


def test_snapshot__of_an_empty_shop__is_one_too(tmp_path: Path) -> None:
    snapshot = Shop(placements=[]).publish(tmp_path)

    assert (len(snapshot.products), len(snapshot.offers)) == (0, 0)
    assert ask(snapshot, "news").proposals == ()


def test_manifest__version__names_its_parts(tmp_path: Path) -> None:
    version = publish(tmp_path, "news")

    manifest = json.loads((tmp_path / version / layout.MANIFEST).read_text())

    assert manifest["version"] == version
    assert manifest["generation"]["id"] == 7
    assert manifest["revisions"] == {"catalog": 3}
    assert manifest["counts"]["products"] == manifest["counts"]["offers"] == 1


def test_write__third_version__keeps_only_the_one_before(tmp_path: Path) -> None:
    written = [publish(tmp_path, "news") for _ in range(3)]

    assert versions_in(tmp_path) == sorted(written[1:])
    assert read_pointer(tmp_path) == written[2]


def test_write__leftovers_of_a_killed_build__are_removed(tmp_path: Path) -> None:
    (tmp_path / "unfinished-20260101-00000000").mkdir()
    (tmp_path / "unfinished-20260101-00000000" / "records.bin").write_bytes(b"half")
    (tmp_path / "unfinished-current").write_text("half")
    (tmp_path / "keys.json").write_text("{}")

    version = publish(tmp_path, "news")

    assert versions_in(tmp_path) == [version]
    assert {file.name for file in tmp_path.iterdir() if file.is_file()} == {
        "current",
        "keys.json",
        "write.lock",
    }


def test_reader__version_pruned_while_open__stays_readable(tmp_path: Path) -> None:
    held = kiosk("news").publish(tmp_path)
    for _ in range(3):
        publish(tmp_path, "gum")

    assert offered(ask(held)) == [("news",)]


def test_store__nothing_published_yet__has_nothing(tmp_path: Path) -> None:
    assert SnapshotStore(tmp_path / "nowhere").current() is None


def test_store__new_version__is_seen_at_the_next_look(tmp_path: Path) -> None:
    clock = Clock()
    store = SnapshotStore(tmp_path, clock)
    publish(tmp_path, "news")
    first = store.current()
    publish(tmp_path, "gum")

    clock.now = LOOK_SECONDS - 0.01
    assert store.current() is first
    clock.now = LOOK_SECONDS
    second = store.current()

    assert first is not None
    assert second is not None
    assert (offered(ask(first)), offered(ask(second))) == ([("news",)], [("gum",)])


def test_store__pointer_unchanged__keeps_the_same_object(tmp_path: Path) -> None:
    clock = Clock()
    store = SnapshotStore(tmp_path, clock)
    publish(tmp_path, "news")
    first = store.current()

    clock.now = 10 * LOOK_SECONDS

    assert store.current() is first


class SlowStore(SnapshotStore):
    """Opens a version only when it may."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        super().__init__(directory, clock)
        self.opening, self.may_open = threading.Event(), threading.Event()
        self.may_open.set()

    def _open(self, version: str | None) -> Snapshot | None:
        self.opening.set()
        assert self.may_open.wait(10)
        return super()._open(version)


@pytest.mark.parametrize(("age", "waits"), [(LONGEST_UNSEEN - 0.01, False), (LONGEST_UNSEEN, True)])
def test_store__another_thread_opens_a_version__waits_only_after_a_pause(
    tmp_path: Path, age: float, *, waits: bool
) -> None:
    clock = Clock()
    store = SlowStore(tmp_path, clock)
    publish(tmp_path, "news")
    old = store.current()
    publish(tmp_path, "gum")
    store.opening.clear()
    store.may_open.clear()

    clock.now = age
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.current)
        assert store.opening.wait(10)
        second = pool.submit(store.current)
        wait([second], timeout=0.1 if waits else 10)
        assert second.done() is not waits
        store.may_open.set()

    assert first.result() is not old
    assert second.result() is (first.result() if waits else old)


def alter(records: Path) -> None:
    """Turn one bit in the middle of a file; its size stays."""
    content = bytearray(records.read_bytes())
    content[len(content) // 2] ^= 1
    records.write_bytes(content)


def damage(folder: Path, how: str) -> None:
    """Damage a version as a full disk, a stray hand or an older program might."""
    records, manifest = folder / layout.RECORDS, folder / layout.MANIFEST
    if how == "records gone":
        records.unlink()
    elif how == "records empty":
        records.write_bytes(b"")
    elif how == "records cut short":
        records.write_bytes(records.read_bytes()[:100])
    elif how == "records altered":
        alter(records)
    elif how == "manifest gone":
        manifest.unlink()
    elif how == "manifest cut short":
        manifest.write_bytes(manifest.read_bytes()[:50])
    elif how == "another format":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    else:
        (folder.parent / layout.POINTER).write_text("../../etc\n")


DAMAGES = [
    "records gone",
    "records empty",
    "records cut short",
    "records altered",
    "manifest gone",
    "manifest cut short",
    "another format",
    "pointer to elsewhere",
]


@pytest.mark.parametrize("how", DAMAGES)
def test_store__new_version_damaged__old_one_keeps_serving(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    clock = Clock()
    store = SnapshotStore(tmp_path, clock)
    publish(tmp_path, "news")
    good = store.current()
    damage(tmp_path / publish(tmp_path, "gum"), how)

    clock.now = 1
    with caplog.at_level(logging.CRITICAL):
        assert store.current() is good
    publish(tmp_path, "mints")
    clock.now = 2
    healed = store.current()

    assert healed is not None
    assert offered(ask(healed)) == [("mints",)]


@pytest.mark.parametrize("how", DAMAGES)
def test_store__starts_on_a_damaged_version__serves_the_one_before(tmp_path: Path, how: str) -> None:
    publish(tmp_path, "news")
    damage(tmp_path / publish(tmp_path, "gum"), how)

    snapshot = SnapshotStore(tmp_path).current()

    assert snapshot is not None
    assert offered(ask(snapshot)) == [("gum" if how == "pointer to elsewhere" else "news",)]


def test_store__pointer_cannot_be_read__newest_version_is_served(tmp_path: Path) -> None:
    publish(tmp_path, "news")
    (tmp_path / layout.POINTER).unlink()
    (tmp_path / layout.POINTER).mkdir()

    snapshot = SnapshotStore(tmp_path).current()

    assert snapshot is not None
    assert offered(ask(snapshot)) == [("news",)]


def test_open__no_version_there__is_said(tmp_path: Path) -> None:
    with pytest.raises(CorruptSnapshotError):
        Snapshot.open(tmp_path)


def test_store__many_threads_while_versions_change__all_see_whole_snapshots(tmp_path: Path) -> None:
    publish(tmp_path, "sku-0")
    store = SnapshotStore(tmp_path, clock=itertools.count().__next__)
    finished = threading.Event()

    def read() -> int:
        count = 0
        while not finished.is_set():
            snapshot = store.current()
            assert snapshot is not None
            assert len(offered(ask(snapshot))) == 1
            count += 1
        return count

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(8):
            publish(tmp_path, f"sku-{number}")
        finished.set()
        counts = [reader.result() for reader in readers]

    assert all(counts)
    last = store.current()
    assert last is not None
    assert offered(ask(last)) == [("sku-7",)]
