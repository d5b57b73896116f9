"""Writers and collectors of a journal that are killed: `python -m … FOLDER ROUNDS SEED`.

In each round, a process writes records and another one collects, each until a random moment, when it is
killed. `acknowledged-N` has the number of each record that the writer of round N had written.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django

EACH_ROUND = 100_000
# A pass of the collector takes about as long.
LONGEST_SECONDS = 0.5


def main(folder: Path, rounds: int, seed: int) -> None:
    """Run the rounds."""
    moments = random.Random(seed)  # noqa: S311 (a test)
    for number in range(rounds):
        children = [fork(write, folder, number), fork(collect, folder, number)]
        for child in moments.sample(children, len(children)):
            time.sleep(moments.uniform(0, LONGEST_SECONDS))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def fork(work: Callable[[Path, int, int], None], folder: Path, number: int) -> int:
    """Start a process that works until it is killed; return once it has begun."""
    begun, begin = os.pipe()
    child = os.fork()
    if not child:
        try:
            work(folder, number, begin)
        finally:
            os._exit(1)
    os.close(begin)
    os.read(begun, 1)
    os.close(begun)
    return child


def write(folder: Path, number: int, begin: int) -> None:
    """Write records, and note each that is written."""
    writer = JournalWriter(folder, JournalLimits(file_bytes=50_000))
    notes = os.open(folder / f"acknowledged-{number}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for count in range(EACH_ROUND):
        ours = number * EACH_ROUND + count
        writer.append([record(ours, visitor=f"v-{ours % 50}")], time.time_ns() // 1_000_000)
        os.write(notes, f"{ours}\n".encode())
        if not count:
            os.write(begin, b".")
        time.sleep(0.002)


def collect(folder: Path, number: int, begin: int) -> None:
    """Collect again and again, in small batches."""
    batch.BATCH_BYTES = 8000  # type: ignore[misc]
    JournalFile.objects.exists()  # connect
    os.write(begin, str(number).encode())
    while True:
        collect_journal(folder=folder, at=now(), with_parquet=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.utils.timezone import now

    from analytics.models import JournalFile
    from analytics.services.journal import batch
    from analytics.services.journal.collect import collect_journal
    from engine.journal.writer import JournalLimits, JournalWriter
    from tests.engine.journal.records import record

    # Arrow loads it when it is used first, which would take a whole round.
    import_module("pandas")
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
