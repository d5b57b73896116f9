"""The first page of the admin says whether decisions are recorded and collected."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from analytics.models import JournalFile
from analytics.reports.journal import JournalReport, read_journal
from offers.services.journal.process import current_journal
from tests.engine.journal.records import AT_MS, record
from tests.support.admin_cast import Cast

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, settings: Settings) -> Path:
    """Let the journal be in a folder of the test."""
    settings.AWASE_JOURNAL_DIR = tmp_path / "journal"
    return tmp_path / "journal"


def add_file(name: str, at: datetime, *, lost: int = 0, damaged: int = 0) -> None:
    counts = {"record_count": 1000, "lost_count": lost, "damaged_count": damaged}
    JournalFile.objects.create(name=name, collected_at=at, **counts)


def tile(cast: Cast) -> str:
    """Return the part of the first page about the journal."""
    return cast.analyst.get("/admin/").text.split("Decisions collected")[1].split("</div>")[0]


def test_journal__files_of_several_days__counts_those_of_the_last(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    add_file("a", NOON - timedelta(hours=25), lost=5, damaged=5)
    add_file("b", NOON - timedelta(hours=23), lost=2)
    add_file("c", NOON - timedelta(minutes=1), damaged=3)

    with django_assert_num_queries(2):
        report = read_journal(NOON)

    assert report == JournalReport(
        is_on=True,
        collected_at=NOON - timedelta(minutes=1),
        record_count=2000,
        lost_count=2,
        damaged_count=3,
    )


def test_dashboard__nothing_collected_yet__says_who_collects(cast: Cast) -> None:
    assert "never" in (shown := tile(cast))
    assert "A worker collects decisions every minute." in shown


def test_dashboard__decisions_were_lost__counts_them(cast: Cast) -> None:
    add_file("a", datetime.now(UTC), lost=1200, damaged=3)

    shown = tile(cast)

    assert "1,000 decisions in the journal files" in shown
    assert "1,200 decisions could not be recorded" in shown
    assert "3 damaged lines" in shown


def test_dashboard__journal_cannot_be_written__says_why(cast: Cast, journal: Path) -> None:
    journal.write_text("a file where the folder should be")
    writer = current_journal()
    assert writer is not None
    writer.append([record()], AT_MS)

    shown = tile(cast)

    assert "Decisions are not recorded at the moment" in shown
    assert "File exists" in shown
    assert "(1 lost)" in shown


def test_dashboard__journal_is_off__says_so(cast: Cast, settings: Settings) -> None:
    settings.AWASE_JOURNAL = False

    assert "The decision journal is turned off." in tile(cast)
