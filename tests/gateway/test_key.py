"""API keys: shown once, stored as hashes, read from a file."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.logs import FaultFilter
from gateway.models import ApiKey
from gateway.services.key import create_key, publish_key_ring, revoke_key, secret_of
from gateway.services.key_ring import KeyEntry, KeyRing, KeyRingFile, key_ring_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Iterator[None]:
    """Run what waits for the commit at the end of the test's own transaction."""
    yield
    with django_capture_on_commit_callbacks(execute=True):
        pass


@pytest.mark.parametrize(("kind", "prefix"), [("secret", "sk_"), ("publishable", "pk_")])
def test_key__created__is_256_random_bits_and_stored_as_a_digest(kind: str, prefix: str) -> None:
    row, key = create_key(name="till", kind=kind)

    assert key.startswith(prefix)
    assert len(key) == 3 + 43
    assert row.digest == hashlib.sha256(key.encode()).hexdigest()
    assert key.startswith(row.prefix)
    assert key not in str(ApiKey.objects.filter(pk=row.pk).values().get())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "master"},
        {"kind": "publishable", "origins": ["shop.example"]},
        {"kind": "publishable", "origins": ["https://shop.example/path"]},
        {"kind": "publishable", "origins": ["null"]},
        {"kind": "secret", "rate_per_minute": 0},
        {"kind": "secret", "rate_per_minute": 2**31},
        {"kind": "secret", "name": ""},
    ],
)
def test_key__with_invalid_values__is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        create_key(**{"name": "till", **wrong})  # type: ignore[arg-type]

    assert not ApiKey.objects.exists()


def test_key__origins__are_stored_as_browsers_send_them() -> None:
    row, _ = create_key(name="page", kind="publishable", origins=["https://Shop.Example/", "http://[::1]:80"])

    assert row.origins == ["https://shop.example", "http://[::1]:80"]


def test_key_ring__key_created_and_revoked__follows_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row, key = create_key(name="till", kind="secret")
    ring = key_ring_file().current()
    assert ring is not None
    entry = ring.find(key)
    assert entry is not None
    assert (entry.id, entry.is_secret, entry.rate_per_minute) == (row.pk, True, 6000)

    with django_capture_on_commit_callbacks(execute=True):
        assert revoke_key(key=row, at=now())

    ring = key_ring_file().current()
    assert ring is not None
    assert ring.find(key) is None
    assert not revoke_key(key=row, at=now())


def test_key_ring__file__is_private_and_contains_no_key(snapshot_dir: Path) -> None:
    _, key = create_key(name="till", kind="secret")

    publish_key_ring()

    path = snapshot_dir / "keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert key.encode() not in path.read_bytes()
    assert sorted(file.name for file in snapshot_dir.iterdir()) == ["keys.json", "keys.lock"]


def test_key_ring__unchanged__is_not_rewritten(snapshot_dir: Path) -> None:
    create_key(name="page", kind="publishable", origins=["https://a.example", "https://b.example"])
    publish_key_ring()
    written = (snapshot_dir / "keys.json").stat()

    publish_key_ring()

    assert (snapshot_dir / "keys.json").stat().st_ino == written.st_ino


def test_key_ring__written_by_another_process__is_read_at_the_next_check(tmp_path: Path) -> None:
    mine, other = KeyRingFile(tmp_path / "keys.json"), KeyRingFile(tmp_path / "keys.json")
    assert mine.current() is None

    other.write([])
    assert mine.current() is None
    mine.forget()

    assert mine.current() is not None


@pytest.mark.parametrize(
    "content", [b"[", b'{"keys": "\xff"}', b"[" * 100_000, None], ids=["part", "not UTF-8", "deep", "folder"]
)
def test_key_ring__unreadable__last_one_stays_in_use_and_is_logged_as_a_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    ring = KeyRingFile(tmp_path / "keys.json")
    ring.write([])
    good = ring.current()

    ring.path.unlink()
    ring.path.mkdir() if content is None else ring.path.write_bytes(content)
    ring.forget()
    seen = ring.current()

    assert good is not None
    assert seen is good
    (record,) = caplog.records
    # The handlers pass such a record once a minute, without its traceback.
    assert FaultFilter().filter(record)
    assert record.getMessage().startswith(f"The key ring {ring.path} cannot be read: ")
    assert record.exc_info is None


class SlowRingFile(KeyRingFile):
    """Looks at the disk only when it may."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__(path, clock)
        self.looking, self.may_look = threading.Event(), threading.Event()
        self.may_look.set()

    def _look(self) -> None:
        self.looking.set()
        assert self.may_look.wait(10)
        super()._look()


def test_key_ring__many_threads_after_a_pause__none_uses_the_old_one(tmp_path: Path) -> None:
    moment = [0.0]
    ring = SlowRingFile(tmp_path / "keys.json", lambda: moment[0])
    ring.write([])
    ring.current()
    KeyRingFile(ring.path).write([KeyEntry(1, "d", "secret", frozenset(), 9)])
    moment[0] = 1.3
    ring.looking.clear()
    ring.may_look.clear()

    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(ring.current) for _ in range(12)]
        assert ring.looking.wait(10)
        early, _waiting = wait(asked, timeout=0.1)
        ring.may_look.set()

    assert early == set()
    seen = {one.result() for one in asked}
    assert seen == {KeyRing((KeyEntry(1, "d", "secret", frozenset(), 9),))}


def test_create_key_command__prints_the_key_and_its_signing_secret_once() -> None:
    out = io.StringIO()

    call_command(
        "create_key",
        "page",
        "--kind=publishable",
        "--origin=https://a.example",
        "--rate-per-minute=9",
        stdout=out,
    )

    row, (key, secret) = ApiKey.objects.get(), out.getvalue().split()
    assert (row.kind, row.origins, row.rate_per_minute) == ("publishable", ["https://a.example"], 9)
    assert hashlib.sha256(key.encode()).hexdigest() == row.digest
    assert (row.signing_name, secret_of(row)) == (secret[:11], secret)


def test_create_key_command__invalid_origin__is_an_error() -> None:
    with pytest.raises(CommandError, match="is not a valid origin"):
        call_command("create_key", "page", "--kind=publishable", "--origin=shop")
