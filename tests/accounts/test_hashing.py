import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password
from pytest_django import Settings

from accounts.services.hashing import NICENESS, QuietPasswordHasher, _thread


def own_priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.fixture(autouse=True)
def shipped_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.services.hashing.QuietPasswordHasher"]


def test_hasher__hashes__are_those_of_django() -> None:
    django = PBKDF2PasswordHasher().encode("kurashi", "salt", 1000)

    assert QuietPasswordHasher().encode("kurashi", "salt", 1000) == django
    assert check_password("kurashi", django)
    assert not check_password("wrong", django)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_hasher__many_threads__hash_in_one_of_lower_priority() -> None:
    hasher = QuietPasswordHasher()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: hasher.encode(f"p-{number}", "salt", 1000), range(8)))

    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert len(names) == 1
    assert _thread.submit(own_priority).result() >= NICENESS
