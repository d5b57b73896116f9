"""The throttle admits exactly the allowed number of requests, also under concurrency."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.services.throttle import ThrottleFile

KEY, OTHER = "11" * 32, "22" * 32
SECOND = 10**9
NOW = 1_000 * SECOND


def knock(path: Path, times: int, digest: str = KEY, rate: int = 50) -> int:
    """Return how many of `times` requests at one moment pass."""
    cells = ThrottleFile(path)
    return sum(cells.take(digest, rate, NOW).is_allowed for _ in range(times))


def knock_with_threads(path: Path, times: int) -> int:
    cells = ThrottleFile(path)
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(lambda _: cells.take(KEY, 50, NOW).is_allowed, range(times)))


def test_throttle__parallel_processes_of_threads__pass_exactly_the_allowed(tmp_path: Path) -> None:
    path = tmp_path / "cells"

    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        passed = sum(pool.map(knock_with_threads, [path] * 8, [200] * 8))

    assert passed == 50


def test_throttle__limit_reached__reports_when_to_retry(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")

    first = cells.take(KEY, 2, NOW)
    second = cells.take(KEY, 2, NOW)
    third = cells.take(KEY, 2, NOW)

    assert (first.is_allowed, first.remaining, first.reset_seconds) == (True, 1, 30)
    assert (second.is_allowed, second.remaining, second.reset_seconds) == (True, 0, 60)
    assert (third.is_allowed, third.remaining, third.retry_after_seconds) == (False, 0, 30)


def test_throttle__time_passes__restores_the_allowance_evenly(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")
    for _ in range(60):
        assert cells.take(KEY, 60, NOW).is_allowed

    assert not cells.take(KEY, 60, NOW + SECOND - 1).is_allowed
    assert cells.take(KEY, 60, NOW + SECOND).is_allowed
    assert not cells.take(KEY, 60, NOW + SECOND).is_allowed
    assert sum(cells.take(KEY, 60, NOW + 600 * SECOND).is_allowed for _ in range(100)) == 60


def test_throttle__two_keys__have_separate_allowances(tmp_path: Path) -> None:
    assert knock(tmp_path / "cells", 60) == 50
    assert knock(tmp_path / "cells", 60, OTHER) == 50


def test_throttle__restarted_process__continues_counting(tmp_path: Path) -> None:
    assert knock(tmp_path / "cells", 30) == 30
    assert knock(tmp_path / "cells", 30) == 20


@pytest.mark.parametrize("moment", [NOW + 10**6 * SECOND, 5])
def test_throttle__clock_restarted__does_not_lock_a_key_out(tmp_path: Path, moment: int) -> None:
    cells = ThrottleFile(tmp_path / "cells")
    cells.take(KEY, 50, moment)

    assert cells.take(KEY, 50, NOW).remaining == 49


def test_throttle__more_keys_than_cells__keep_their_own_allowance(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")
    for number in range(6000):
        cells.take(f"{number:064x}", 50, NOW)

    fresh = cells.take(KEY, 50, NOW)

    assert (fresh.is_allowed, fresh.remaining) == (True, 49)


def test_throttle__highest_rate__is_exact(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")

    allowance = cells.take(KEY, 10_000_000, NOW)

    assert (allowance.limit, allowance.remaining) == (10_000_000, 9_999_999)


def test_throttle__file_truncated__restarts_and_continues_counting(tmp_path: Path) -> None:
    path = tmp_path / "cells"
    cells = ThrottleFile(path)
    cells.take(KEY, 50, NOW)

    os.truncate(path, 0)

    assert cells.take(KEY, 50, NOW).remaining == 49
    assert cells.take(KEY, 50, NOW).remaining == 48


def test_throttle__file_truncated_inside_a_cell__reads_it_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "cells"
    cells = ThrottleFile(path)
    cells.take(KEY, 50, NOW)

    os.truncate(path, path.stat().st_size - 3)

    assert cells.take(KEY, 50, NOW).is_allowed


def test_throttle__file_removed__is_replaced_by_one_shared_file(tmp_path: Path) -> None:
    path = tmp_path / "cells"
    old = ThrottleFile(path)
    old.take(KEY, 50, NOW)

    path.unlink()
    new = ThrottleFile(path)

    # Whoever had the old file sees it a second later; an allowance of 50 restores 0.8 of a request by then.
    assert new.take(KEY, 50, NOW).remaining == 49
    assert old.take(KEY, 50, NOW + 10**9).remaining == 48
    assert new.take(KEY, 50, NOW + 10**9).remaining == 47


def test_throttle__given_back__counts_as_never_taken(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")
    cells.take(KEY, 2, NOW)
    cells.take(KEY, 2, NOW)

    cells.give_back(KEY, 2, NOW)
    cells.give_back(OTHER, 2, NOW)

    assert cells.take(KEY, 2, NOW).is_allowed
    assert not cells.take(KEY, 2, NOW).is_allowed
    assert knock(tmp_path / "cells", 3, OTHER, rate=2) == 2


def test_throttle__longer_window__is_restored_over_it(tmp_path: Path) -> None:
    cells = ThrottleFile(tmp_path / "cells")
    ten_minutes = 600 * SECOND
    for _ in range(10):
        assert cells.take(KEY, 10, NOW, ten_minutes).is_allowed

    refused = cells.take(KEY, 10, NOW, ten_minutes)

    assert (refused.is_allowed, refused.retry_after_seconds) == (False, 60)
    assert cells.take(KEY, 10, NOW + 60 * SECOND, ten_minutes).is_allowed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
def test_throttle__full_disk__admits_and_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    cells = ThrottleFile(Path("/dev/full"))

    allowances = [cells.take(KEY, 2, NOW + second * SECOND) for second in (0, 1, 2, 61)]

    assert all(allowance.is_allowed for allowance in allowances)
    assert [record.message for record in caplog.records] == [
        "/dev/full cannot be used, so no limits are applied: [Errno 28] No space left on device"
    ] * 2


def test_throttle__folder_cannot_be_created__admits_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("a file where the folder should be")
    cells = ThrottleFile(folder / "cells")
    assert [cells.take(KEY, 1, NOW).is_allowed for _ in range(3)] == [True, True, True]

    folder.unlink()

    assert [cells.take(KEY, 1, NOW).is_allowed for _ in range(3)] == [True, False, False]
