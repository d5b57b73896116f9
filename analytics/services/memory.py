"""Give freed memory back to the system: a worker lives long, and learns only now and then."""

import ctypes
from collections.abc import Callable


def _keep_it(_padding: int) -> int:
    return 0


try:
    _trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # not glibc: its allocator gives back by itself
    _trim = _keep_it


def give_back_memory() -> None:
    """Return what the allocator keeps of freed arrays: 70 MB after learning from 1.5 million lines."""
    _trim(0)
