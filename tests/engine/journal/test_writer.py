"""The journal of a process: nothing torn, nothing missing, and never an error for whoever decides."""

import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.journal.files import journal_files, lock_if_free
from engine.journal.lines import JournalLines, read_lines
from engine.journal.writer import JournalLimits, JournalWriter
from tests.engine.journal.records import AT_MS, record

HOUR_MS = 3_600_000
ROOT = Path(__file__).resolve().parents[3]
# A process that writes forever what its first argument numbers, and says after each record that it did.
ENDLESS = """
import sys
from pathlib import Path
from engine.journal.writer import JournalWriter
from tests.engine.journal.records import AT_MS, record
writer, first = JournalWriter(Path(sys.argv[1])), int(sys.argv[2])
for number in range(first, first + 10**9):
    writer.append([record(number)], AT_MS)
    print(number, flush=True)
"""


def read_all(folder: Path) -> list[JournalLines]:
    """Return what the files of a folder have."""
    return [read_lines(path.read_bytes(), is_finished=True) for path in journal_files(folder)]


def numbers_in(folder: Path) -> Counter[int]:
    """Return how often each record is in the files, which must not be damaged."""
    found = read_all(folder)
    assert [lines.damaged for lines in found if lines.damaged] == []
    return Counter(int(one.decision, 16) for lines in found for one in lines.records)


def is_free(path: Path) -> bool:
    """Return whether no process writes to the file."""
    with lock_if_free(path) as was_free:
        return was_free


def test_append__from_threads__has_every_record_once(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, JournalLimits(file_bytes=20_000))

    def write(thread: int) -> None:
        for number in range(100):
            writer.append([record(thread * 1000 + number)], AT_MS)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert numbers_in(tmp_path) == Counter(t * 1000 + n for t in range(8) for n in range(100))
    assert len(journal_files(tmp_path)) > 8  # each begins after 20 kB
    assert (writer.state.written_count, writer.state.lost_count) == (800, 0)


def test_append__in_a_forked_process__goes_to_a_file_of_its_own(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)
    writer.append([record(1)], AT_MS)

    child = os.fork()
    if not child:
        writer.append([record(2)], AT_MS)
        os._exit(0)
    os.waitpid(child, 0)
    writer.append([record(3)], AT_MS)

    by_file = [[one.decision[-1] for one in lines.records] for lines in read_all(tmp_path)]
    assert sorted(by_file) == [["1", "3"], ["2"]]


def test_append__processes_are_killed__what_they_wrote_is_whole_and_their_files_are_free(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    running = [
        subprocess.Popen([*command, str(first)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for first in (0, 10**9)
    ]
    said = []
    for process in running:
        assert process.stdout is not None
        said += [int(process.stdout.readline()) for _line in range(200)]
    assert not any(is_free(path) for path in journal_files(tmp_path))
    for process in running:
        process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        said += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()

    found = numbers_in(tmp_path)
    assert set(said) <= found.keys()
    assert max(found.values()) == 1
    assert all(is_free(path) for path in journal_files(tmp_path))


def test_append__after_an_hour__begins_a_new_file_and_frees_the_last(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)
    writer.append([record(1)], AT_MS)
    writer.append([record(2)], AT_MS + HOUR_MS - 1)
    [first] = journal_files(tmp_path)

    writer.append([record(3)], AT_MS + HOUR_MS)
    writer.append([record(4)], AT_MS)  # a thread that was slow

    assert sorted(len(lines.records) for lines in read_all(tmp_path)) == [2, 2]
    assert is_free(first)


def test_append__file_was_removed__begins_a_new_one_within_a_second(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "journal")
    writer.append([record(1)], AT_MS)
    journal_files(tmp_path / "journal")[0].unlink()
    (tmp_path / "journal").rmdir()

    writer.append([record(2)], AT_MS + 1000)

    assert numbers_in(tmp_path / "journal") == Counter([2])


def test_append__folder_cannot_be_made__loses_records_and_says_so_later(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.write_text("a file where the folder should be")
    writer = JournalWriter(folder)

    for number in range(3):
        writer.append([record(number)], AT_MS)

    assert (writer.state.written_count, writer.state.lost_count) == (0, 3)
    assert "File exists" in writer.state.error
    folder.unlink()
    writer.append([record(4), record(5)], AT_MS + 1001)
    assert (writer.state.written_count, writer.state.lost_count, writer.state.error) == (2, 3, "")
    [lines] = read_all(folder)
    assert [one.lost for one in lines.records] == [3, 0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_append__folder_is_read_only__loses_records(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    writer = JournalWriter(tmp_path)

    writer.append([record()], AT_MS)

    assert "Permission denied" in writer.state.error


def test_append__file_system_refuses_to_write__loses_records() -> None:
    # Nobody, not even root, can make a file there.
    writer = JournalWriter(Path("/proc/journal"))

    writer.append([record()], AT_MS)

    assert (writer.state.lost_count, bool(writer.state.error)) == (1, True)


def test_append__disk_fills_in_the_middle_of_a_line__loses_that_line_only(tmp_path: Path) -> None:
    """A real limit of the system on the size of files cuts a write short, as a full disk does."""
    writer = JournalWriter(tmp_path)
    writer.append([record(1)], AT_MS)
    length = journal_files(tmp_path)[0].stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (length * 2 + 10, hard))
        writer.append([record(2), record(3)], AT_MS)
        writer.append([record(4)], AT_MS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert (writer.state.written_count, writer.state.lost_count) == (2, 2)
    assert writer.state.error

    writer.append([record(5)], AT_MS)

    [lines] = read_all(tmp_path)
    assert [(int(one.decision, 16), one.lost) for one in lines.records] == [(1, 0), (2, 0), (5, 2)]
    assert len(lines.damaged) == 1
    assert not writer.state.error


def test_append__real_disk_is_full__loses_records_and_goes_on(tmp_path: Path) -> None:
    """/dev/full answers every write with "no space left"."""
    writer = JournalWriter(tmp_path)
    writer.append([record(1)], AT_MS)
    full = os.open("/dev/full", os.O_WRONLY)
    own = os.dup(writer._descriptor)
    try:
        os.dup2(full, writer._descriptor)
        writer.append([record(2)], AT_MS)
        assert "No space left" in writer.state.error
        os.dup2(own, writer._descriptor)
    finally:
        os.close(full)
        os.close(own)

    writer.append([record(3)], AT_MS)

    assert numbers_in(tmp_path) == Counter([1, 3])
    assert writer.state.lost_count == 1


def test_append__folder_has_its_largest_size__loses_records_until_it_is_collected(tmp_path: Path) -> None:
    limits = JournalLimits(file_bytes=1000, total_bytes=3000)
    writer = JournalWriter(tmp_path, limits)

    for number in range(30):
        writer.append([record(number)], AT_MS)

    lost_count = writer.state.lost_count
    assert 0 < lost_count < 30
    assert sum(path.stat().st_size for path in journal_files(tmp_path)) < 4000
    assert "largest size" in writer.state.error
    for path in journal_files(tmp_path):
        path.unlink()
    writer.append([record(31)], AT_MS + 1001)
    assert writer.state.lost_count == lost_count
