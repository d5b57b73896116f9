"""The key ring: all valid API keys in one small file, in the folder of the snapshot.

`gateway.services.key` writes it whenever a key is created or revoked. Web workers check it at most once
a second, so that a request needs no query. It contains digests of keys and names of signing secrets, never
keys or secrets.
"""

import hashlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from gateway.services.remembered import remembered

logger = logging.getLogger(__name__)

# What secret keys begin with.
SECRET_PREFIX: Final = "sk_"  # noqa: S105
LOOK_SECONDS: Final = 1.0
# Origins are a set; sorted, the same keys give the same bytes.
_encoder: Final = msgspec.json.Encoder(order="sorted")


class SigningSecret(msgspec.Struct, frozen=True, array_like=True):
    """The name of a signing secret, and until when it is accepted: seconds since 1970 UTC, 0 for no end."""

    name: str
    until: int = 0


class KeyEntry(msgspec.Struct, frozen=True):
    """What the API needs to know about a key. Without origins any page may use a publishable key.

    `visitor_rate_per_minute` is what one address may send of `rate_per_minute`; secret keys have no such
    limit.
    """

    id: int
    digest: str
    kind: str
    origins: frozenset[str]
    rate_per_minute: int
    visitor_rate_per_minute: int = 1
    customers_by_token: bool = True
    signing: tuple[SigningSecret, ...] = ()

    @property
    def is_secret(self) -> bool:
        """Return whether the key has full access."""
        return self.kind == "secret"

    def admits(self, origin: str | None) -> bool:
        """Return whether a page of this origin may use the key; None is a caller without an origin."""
        return self.is_secret or not self.origins or origin in self.origins

    def accepts(self, signing_name: str, at: int) -> bool:
        """Return whether customer tokens may be signed with this secret at a time, in seconds."""
        return any(one.name == signing_name and (not one.until or at < one.until) for one in self.signing)


class KeyRing(msgspec.Struct, frozen=True, dict=True):
    """The keys that are not revoked."""

    keys: tuple[KeyEntry, ...]

    @cached_property
    def _by_digest(self) -> dict[str, KeyEntry]:
        return {entry.digest: entry for entry in self.keys}

    @cached_property
    def _publishable(self) -> tuple[KeyEntry, ...]:
        return tuple(entry for entry in self.keys if not entry.is_secret)

    def find(self, key: str) -> KeyEntry | None:
        """Return the entry of a key. Only digests are compared."""
        return self._by_digest.get(digest_of(key))

    def knows(self, signing_name: str) -> bool:
        """Return whether any key has a signing secret of this name."""
        return any(one.name == signing_name for entry in self._publishable for one in entry.signing)

    def admits(self, origin: str) -> bool:
        """Return whether any publishable key may be used from this origin."""
        return any(entry.admits(origin) for entry in self._publishable)


class KeyRingFile:
    """The file, and the key ring as last read from it."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._ring: KeyRing | None = None
        self._version: tuple[int, int, int] | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def current(self) -> KeyRing | None:
        """Return the key ring, None while there is no file. Checks the disk at most once a second.

        Threads wait for the one that checks, which is fast, so that none uses an outdated key ring.
        """
        if self._is_due():
            with self._lock:
                if self._is_due():
                    self._look()
                    self._looked_at = self._clock()
        return self._ring

    def forget(self) -> None:
        """Check the disk again on the next call."""
        self._looked_at = float("-inf")

    def write(self, entries: Iterable[KeyEntry]) -> None:
        """Replace the file atomically, unless it is unchanged; only its owner may read it."""
        content = _encoder.encode(KeyRing(tuple(entries)))
        if self.path.exists() and self.path.read_bytes() == content:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        self.forget()

    def _is_due(self) -> bool:
        return self._clock() - self._looked_at >= LOOK_SECONDS

    def _look(self) -> None:
        try:
            self._read()
        except FileNotFoundError:
            self._ring, self._version = None, None
        except (OSError, ValueError, RecursionError):
            # For example after the disk was full. The key ring that was read last stays in use.
            logger.exception("The key ring %s cannot be read", self.path, extra={"is_fault": True})

    def _read(self) -> None:
        stat = self.path.stat()
        version = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if version != self._version:
            self._ring = msgspec.json.decode(self.path.read_bytes(), type=KeyRing)
            self._version = version


def digest_of(key: str) -> str:
    """Return the SHA-256 of a key, in hex. Keys are 256 random bits: no salt, no stretching."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


@lru_cache(maxsize=8)
def key_ring_in(folder: Path) -> KeyRingFile:
    """Return the one reader of a folder's key ring in this process."""
    return KeyRingFile(folder / "keys.json")


@remembered
def key_ring_file() -> KeyRingFile:
    """Return the key ring of this installation, in the folder of the snapshot."""
    return key_ring_in(settings.AWASE_SNAPSHOT_DIR)
