"""Hash one password at a time, with the processor time that others leave.

The costs are twice those that OWASP asks for (Argon2id with 19 MiB and two passes), at an eighth of the
processor time of PBKDF2 with a million rounds, which is about as hard to guess. The interpreter lock is
released meanwhile. Only the thread that hashes has a lower priority: it must not hold the lock while others
take the processor.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

NICENESS: Final = 10


class QuietPasswordHasher(Argon2PasswordHasher):
    """Argon2id in the one thread of this process that hashes."""

    memory_cost = 19 * 1024
    time_cost = 4
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash; wait for those that came before."""
        return _thread.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether this is the hash of the password; wait for those that came before."""
        return _thread.submit(super().verify, password, encoded).result()


def _be_nice() -> None:
    """Lower the priority of this thread; only Linux has priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


# Without a thread until the first password: a process may still fork.
_thread: Final = ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_be_nice)
