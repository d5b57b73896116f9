"""A circuit breaker: after a database did not answer, nobody asks it for a while, and then one first."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Open from the first failure until an answer; every `cool_down_seconds`, one caller may try again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._retry_at: float | None = None

    def admits(self, cool_down_seconds: float) -> bool:
        """Return whether the caller may ask the database."""
        if self._retry_at is None:
            return True
        with self._lock:
            at = self._clock()
            if self._retry_at is None or at >= self._retry_at:
                self._retry_at = at + cool_down_seconds
                return True
            return False

    def failed(self, cool_down_seconds: float) -> None:
        """Open the breaker."""
        with self._lock:
            self._retry_at = self._clock() + cool_down_seconds

    def answered(self) -> None:
        """Close the breaker."""
        if self._retry_at is not None:
            with self._lock:
                self._retry_at = None
