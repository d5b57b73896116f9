"""Writers and collectors are killed at random moments: nothing written is lost, nothing is counted twice."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import Sum
from django.utils.timezone import now

from analytics.models import JournaledDecision, JournaledSlot, JournalFile
from analytics.services.journal.collect import collect_journal
from engine.journal.files import journal_files
from tests.analytics.services.journal.test_collect import database_ids, parquet_ids
from tests.support.servers import ROOT, database_url

# The proof takes 100 rounds; a few show that it still holds.
ROUNDS = int(os.environ.get("AWASE_TEST_KILLS", "4"))


@pytest.mark.django_db(transaction=True)
def test_kills__of_web_and_worker__lose_nothing_and_count_nothing_twice(tmp_path: Path) -> None:
    seed = random.randrange(2**32)  # noqa: S311 (a test)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.analytics.services.journal.kills",
            str(tmp_path),
            str(ROUNDS),
            str(seed),
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "AWASE_DATA": str(tmp_path / "data"),
        },
        check=True,
    )
    before_count = JournaledDecision.objects.count()

    collect_journal(folder=tmp_path, at=now(), with_parquet=True)

    acknowledged = {
        int(line) for notes in tmp_path.glob("acknowledged-*") for line in notes.read_text().split()
    }
    found = database_ids()
    sys.stdout.write(f"{ROUNDS} rounds: {len(found)} records, {before_count} by killed collectors\n")
    assert acknowledged <= set(found)
    assert len(found) - len(acknowledged) <= ROUNDS  # written, but killed before the note
    assert len(found) == len(set(found)) == JournaledSlot.objects.count()
    assert parquet_ids(tmp_path) == found
    assert JournalFile.objects.aggregate(sum=Sum("record_count"))["sum"] == len(found)
    assert JournalFile.objects.aggregate(sum=Sum("damaged_count"))["sum"] == 0
    assert journal_files(tmp_path) == []
