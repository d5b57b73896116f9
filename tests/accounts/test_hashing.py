import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import Type, extract_parameters
from django.contrib.auth.hashers import check_password, make_password
from pytest_django import Settings

from accounts.services.hashing import NICENESS, QuietPasswordHasher, _thread


def own_priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.fixture(autouse=True)
def shipped_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.services.hashing.QuietPasswordHasher"]


def test_hasher__hashes__are_argon2id_with_at_least_the_costs_that_owasp_asks_for() -> None:
    parameters = extract_parameters(make_password("kurashi").removeprefix("argon2"))

    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2


def test_hasher__right_and_wrong_password__are_told_apart() -> None:
    encoded = make_password("kurashi")

    assert check_password("kurashi", encoded)
    assert not check_password("wrong", encoded)
    assert not QuietPasswordHasher().must_update(encoded)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_hasher__many_threads__hash_in_one_of_lower_priority() -> None:
    hasher = QuietPasswordHasher()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: hasher.encode(f"p-{number}", "saltsalt"), range(8)))

    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("hashing")]
    assert len(names) == 1
    assert _thread.submit(own_priority).result() >= NICENESS
