"""The same call from many threads at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(call: Callable[[int], T], count: int) -> list[T]:
    """Make calls 0 … `count` - 1 at the same time, each in its own thread; return the results."""
    gate = threading.Barrier(count)

    def one(number: int) -> T:
        gate.wait()
        try:
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
