"""A shop on the web server as shipped: one server for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from engine.snapshot.writer import write_snapshot
from gateway.services.key_ring import KeyEntry, KeyRingFile, digest_of
from tests.support.api_cast import shop_data
from tests.support.live import KEY, LiveServer, live_server


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small shop, and a key that allows ten million requests a minute."""
    folder = tmp_path_factory.mktemp("live")
    write_snapshot(data=shop_data(), directory=folder / "snapshot")
    entry = KeyEntry(1, digest_of(KEY), "secret", frozenset(), 10_000_000)
    KeyRingFile(folder / "snapshot" / "keys.json").write([entry])
    return folder


@pytest.fixture(scope="session")
def live(
    live_folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveServer]:
    """Run the server on the test database."""
    del django_db_setup
    with django_db_blocker.unblock(), live_server(live_folder) as server:
        yield server
