"""Hash one password at a time, with the processor time that others leave.

Hashing takes a whole processor for a third of a second, and releases the interpreter lock meanwhile. Only the
thread that hashes has a lower priority: it must not hold the lock while others take the processor.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher

NICENESS: Final = 10


class QuietPasswordHasher(PBKDF2PasswordHasher):
    """Django's default hasher, with the same hashes, in the one thread of this process that hashes."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Return the hash; wait for those that came before."""
        return _thread.submit(super().encode, password, salt, iterations).result()


def _be_nice() -> None:
    """Lower the priority of this thread; only Linux has priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


# Without a thread until the first password: a process may still fork.
_thread: Final = ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_be_nice)
