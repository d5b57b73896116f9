"""Old decisions are deleted, and whoever was in them is forgotten."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from analytics.models import JournaledDecision, JournaledSlot, JournalFile, JournalShopper
from analytics.services.journal.forget import forget_shopper
from analytics.services.journal.parts import day_folder
from analytics.services.journal.retention import forget_journal
from analytics.tasks import forget_journal as forget_task
from checkout.services.customer_merge import merge_customers
from tests.analytics.services.journal.test_collect import collect, write
from tests.engine.journal.records import AT_MS, record

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY_MS = 86_400_000

pytestmark = pytest.mark.django_db


def forget(folder: Path, **changes: Any) -> int:
    return forget_journal(**{"at": NOON, "days": 90, "folder": folder, "parquet_days": 400, **changes})


def test_forget_journal__days_too_old__leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.services.journal.retention._BATCH", 2)
    ages = (0, 90, 91, 200, 300, 401)
    write(tmp_path, [record(age, at=AT_MS - age * DAY_MS, visitor=f"v-{age}") for age in ages])
    write(tmp_path, [record(999, at=AT_MS, visitor="v-401")])
    collect(tmp_path)

    # Four decisions with a slot each; the visitor of one has come back.
    assert forget(tmp_path) == 4 + 4 + 3

    days = JournaledDecision.objects.order_by("day").values_list("day", flat=True).distinct()
    assert list(days) == [date(2026, 9, 1), date(2026, 11, 30)]
    assert JournaledSlot.objects.count() == 3
    assert set(JournalShopper.objects.values_list("key", flat=True)) == {"v-0", "v-401", "v-90"}
    kept = {path.name for path in (tmp_path / "parquet").iterdir()}
    assert len(kept) == 5
    assert not day_folder(tmp_path, date(2026, 11, 30) - timedelta(days=401)).exists()


def test_forget_journal__files_and_damaged_lines_too_old__are_deleted(tmp_path: Path) -> None:
    write(tmp_path, [record(1)], more=b"damaged\n")
    collect(tmp_path)

    forget(tmp_path, at=NOON + timedelta(days=89), parquet_days=400)
    assert (JournalFile.objects.count(), len(list((tmp_path / "damaged").iterdir()))) == (1, 1)

    # The clock of the file system says today, whatever the test says.
    forget(tmp_path, at=datetime.now(UTC) + timedelta(days=500))
    assert (JournalFile.objects.count(), len(list((tmp_path / "damaged").iterdir()))) == (0, 0)


def test_forget_journal__task__uses_the_settings(tmp_path: Path, settings: Settings) -> None:
    settings.AWASE_JOURNAL_DIR = tmp_path
    write(tmp_path, [record(1, at=AT_MS - 10_000 * DAY_MS)])
    collect(tmp_path)

    assert forget_task() == 2


def test_forget_shopper__visitor__is_nobody_in_what_remains(tmp_path: Path) -> None:
    write(tmp_path, [record(1, visitor="v-1"), record(2, visitor="v-1"), record(3, visitor="v-2")])
    collect(tmp_path)

    assert forget_shopper(visitor="v-1") == 1
    assert forget_shopper(visitor="v-1") == 0

    assert JournaledDecision.objects.count() == 3
    assert sorted(JournalShopper.objects.values_list("key", flat=True), key=str) == [None, "v-2"]


def test_forget_shopper__comes_back_later__is_somebody_new(tmp_path: Path) -> None:
    write(tmp_path, [record(1, visitor="v-1")])
    collect(tmp_path)
    forget_shopper(visitor="v-1")
    write(tmp_path, [record(2, visitor="v-1")], "next.jsonl")

    collect(tmp_path)

    shoppers = JournaledDecision.objects.order_by("decision").values_list("shopper__key", flat=True)
    assert list(shoppers) == [None, "v-1"]


@pytest.mark.parametrize("asked", ["survivor", "other"])
def test_forget_shopper__merged_customer__is_forgotten_under_both_ids(tmp_path: Path, asked: str) -> None:
    merge_customers(survivor="survivor", other="other")
    names = ("survivor", "other", "stranger")
    # A visitor with the same id is somebody else.
    written = [record(place, customer=name) for place, name in enumerate(names)]
    write(tmp_path, [*written, record(9, visitor="other")])
    collect(tmp_path)

    assert forget_shopper(customer=asked) == 2

    known = JournalShopper.objects.exclude(key=None).values_list("kind", "key")
    assert sorted(known) == [("customer", "stranger"), ("visitor", "other")]


def test_forget_shopper__customer_whom_the_database_does_not_know__is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, [record(1, customer="C-1")])
    collect(tmp_path)

    assert forget_shopper(customer="C-1") == 1
    assert forget_shopper() == 0
