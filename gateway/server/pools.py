"""Threads for each kind of request, so that none can take those of another, and a bound on who waits.

A request that finds too many waiting, or that waited for too long, is not served: the caller learns within
moments that it has to try again, and nothing was done. How long is too long depends on how long requests have
been waiting without a break (the idea of CoDel, RFC 8289): a short burst may wait, an overload may not.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

OFFERS: Final = "/api/v1/offers"
CALLS: Final = "/api/v1/"
SIGN_IN: Final = "/admin/login/"
# None of these checks a password. Django takes all methods in lower case, too.
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES: Final = ("/livez", "/readyz")


class PoolFullError(Exception):
    """Too many requests are waiting, or this one waited too long."""


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many requests are served at a time, how many may wait, and for how long during an overload."""

    threads: int
    waiting: int
    patience_seconds: float
    # After each request, a thread rests for so many times as long as the request took.
    rests: float = 0.0
    # How many of the places the requests of one sender may take; all of them unless it says so.
    places_per_sender: int = 0

    @property
    def places(self) -> int:
        """Return how many requests may be present."""
        return self.threads + self.waiting


# Requests that wait for longer than this without a break are an overload.
BURST_SECONDS: Final = 1.0
# No rest is longer: on a busy machine everything takes long, and people still have to sign in.
MOST_REST_SECONDS: Final = 1.0
# Callers of the API can repeat a request; people would rather wait for a page.
SIZES: Final = {
    "offers": PoolSize(threads=2, waiting=64, patience_seconds=0.3),
    "calls": PoolSize(threads=4, waiting=64, patience_seconds=0.3),
    "pages": PoolSize(threads=4, waiting=32, patience_seconds=5.0),
    # Whoever guesses passwords gets a tenth of one processor for hashing and Django, from each web worker.
    "sign_in": PoolSize(threads=1, waiting=32, patience_seconds=20.0, rests=9.0, places_per_sender=8),
    # Strangers cannot get in here: somebody has signed in with this browser before.
    "known_sign_in": PoolSize(threads=1, waiting=32, patience_seconds=20.0, rests=9.0),
    # The readiness check may wait for the database; the other must not wait for it.
    "/livez": PoolSize(threads=1, waiting=16, patience_seconds=1.0),
    "/readyz": PoolSize(threads=1, waiting=16, patience_seconds=1.0),
}


class RequestPool:
    """The threads of one kind of request, and its queue."""

    def __init__(self, name: str, size: PoolSize) -> None:
        self._size = size
        self._pool = ThreadPoolExecutor(size.threads, thread_name_prefix=name)
        self._present = 0
        self._senders: Counter[str] = Counter()
        self._took_seconds = 0.0
        self._nobody_waited_at = 0.0

    @property
    def is_shared(self) -> bool:
        """Return whether each sender may take some of the places only."""
        return self._size.places_per_sender > 0

    def require_place(self, sender: str = "") -> None:
        """Raise PoolFullError if no more requests may wait, or no more of this sender."""
        is_share_taken = self.is_shared and sender and self._senders[sender] >= self._size.places_per_sender
        if is_share_taken or self._present >= self._size.places:
            raise PoolFullError

    async def serve(self, work: Callable[[], T], sender: str = "") -> T:
        """Run `work` in a thread of this pool; raise PoolFullError. Called by the event loop only."""
        self.require_place(sender)
        self._senders[sender] += 1
        try:
            return await self._serve(work)
        finally:
            self._senders[sender] -= 1
            if not self._senders[sender]:
                del self._senders[sender]

    async def _serve(self, work: Callable[[], T]) -> T:
        at, self._present = time.monotonic(), self._present + 1
        if self._present <= self._size.threads:
            self._nobody_waited_at = at
        is_burst = at - self._nobody_waited_at < BURST_SECONDS
        patience = self._size.patience_seconds
        latest = at + (max(BURST_SECONDS, patience) if is_burst else patience)
        try:
            answer = asyncio.get_running_loop().run_in_executor(self._pool, self._in_time, work, latest)
            if self._size.rests:
                self._pool.submit(self._rest)
            return await answer
        finally:
            self._present -= 1

    def _in_time(self, work: Callable[[], T], latest: float) -> T:
        began, self._took_seconds = time.monotonic(), 0.0
        if began > latest:
            raise PoolFullError
        try:
            return work()
        finally:
            self._took_seconds = time.monotonic() - began

    def _rest(self) -> None:
        time.sleep(min(self._size.rests * self._took_seconds, MOST_REST_SECONDS))


def pool_of(method: str, path: str) -> str:
    """Return the name of the pool of a request."""
    if path == OFFERS:
        return "offers"
    if path.startswith(CALLS):
        return "calls"
    if path in PROBES:
        return path
    return "sign_in" if path == SIGN_IN and method.upper() not in _READING else "pages"
