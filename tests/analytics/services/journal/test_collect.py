"""Collecting the journal: each record once, into the database and into Parquet."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries, Settings

from analytics.models import (
    JournalContext,
    JournaledDecision,
    JournaledSlot,
    JournalFile,
    JournalOffer,
    JournalShopper,
)
from analytics.services.journal.batch import JournalBatch, read_batch
from analytics.services.journal.collect import Collected, collect_journal
from analytics.services.journal.parquet import write_parts
from analytics.services.journal.store import CollectedElsewhereError, store_batch
from analytics.tasks import collect_journal as collect_task
from engine.journal.files import journal_files, lock_if_free
from engine.journal.lines import encode_records
from engine.journal.record import JournalRecord, JournalWithheld
from engine.journal.writer import JournalWriter
from tests.engine.journal.records import AT_MS, record, slot
from tests.support.together import at_once

AT = datetime(2026, 11, 30, 12, 1, tzinfo=UTC)
NAME = "host-1-1-1.jsonl"

pytestmark = pytest.mark.django_db


def write(folder: Path, records: list[JournalRecord], name: str = NAME, *, more: bytes = b"") -> Path:
    """Append records to the file of a process that has ended."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    with path.open("ab") as file:
        file.write(encode_records(records) + more)
    return path


def collect(folder: Path, **changes: Any) -> Collected:
    return collect_journal(**{"folder": folder, "at": AT, "with_parquet": True, **changes})


def parquet_ids(folder: Path) -> list[int]:
    """Return the decisions in all Parquet files, ascending."""
    parts = (folder / "parquet").glob("day=*/*.parquet")
    return sorted(int(one, 16) for part in parts for one in pq.read_table(part)["decision"].to_pylist())


def database_ids() -> list[int]:
    """Return the decisions in the database, ascending."""
    found = JournaledDecision.objects.values_list("decision", flat=True)
    return sorted(int(one, 16) for one in found)


def test_collect__a_record__becomes_a_decision_with_its_slots(tmp_path: Path, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    late = AT_MS + 4 * 3_600_000  # 2026-11-30T16:00Z is the next day in Tokyo
    held = JournalWithheld("holdout", slot(offer="held", offer_id=2, position=2, price_minor=-5, products=()))
    written = record(
        1,
        at=late,
        page=f"{9:024x}",
        customer="C-1",
        visitor="v-1",
        audiences=(3, 9),
        segment="champions",
        withheld=(held,),
        arms={"texts": "b"},
    )
    write(tmp_path, [written])

    assert collect(tmp_path) == Collected(1, 1, 0, 0)

    decision = JournaledDecision.objects.select_related("context", "shopper", "visitor").get()
    assert (decision.decision, decision.page) == (f"{1:024x}", f"{9:024x}")
    assert decision.at == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert decision.day == date(2026, 12, 1)
    context = decision.context
    assert (context.placement, context.channel, context.key) == ("cart", "web", 7)
    assert (context.language, context.country, context.segment) == ("ja", "JP", "champions")
    assert context.audiences == [3, 9]
    assert decision.shopper is not None
    assert decision.visitor is not None
    assert (decision.shopper.kind, decision.shopper.key) == ("customer", "C-1")
    assert (decision.visitor.kind, decision.visitor.key) == ("visitor", "v-1")
    assert (decision.product, decision.cart_count, decision.shown_count) == ("bread", 1, 1)
    assert decision.arms == {"texts": "b"}
    shown, withheld = decision.slots.select_related("offer").order_by("position")
    assert (shown.offer.code, shown.offer.offer, shown.offer.version) == ("goes-with-it", 1, 2)
    assert (shown.offer.kind, shown.offer.strategy) == ("cross_sell", "bought_together")
    assert (shown.product, shown.price_minor, shown.saving_minor, shown.withheld_by) == (
        "butter",
        432,
        48,
        "",
    )
    assert (shown.day, shown.context_id, shown.shopper_id) == (
        decision.day,
        context.pk,
        decision.shopper_id,
    )
    assert (withheld.offer.code, withheld.product, withheld.price_minor) == ("held", "", -5)
    assert withheld.withheld_by == "holdout"
    [row] = pq.read_table(next((tmp_path / "parquet" / "day=2026-12-01").iterdir())).to_pylist()
    assert (row["customer"], row["cart"]) == ("C-1", [{"sku": "bread", "quantity": 2}])
    assert (row["context"], row["arms"]) == ([("store", "a")], [("texts", "b")])
    assert row["shown"][0] | {"products": None} == {
        name: None if name == "products" else getattr(slot(), name) for name in slot().__struct_fields__
    }
    assert (row["withheld"][0]["by"], row["candidates"]) == ("holdout", None)


def test_collect__again__adds_only_what_is_new_and_deletes_what_is_finished(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)
    writer.append([record(1, visitor="v-1"), record(2, visitor="v-2")], AT_MS)

    assert collect(tmp_path).record_count == 2
    assert collect(tmp_path).record_count == 0
    writer.append([record(3, visitor="v-1")], AT_MS)
    writer.append([record(4)], AT_MS + 3_600_000)  # a new file
    assert collect(tmp_path).record_count == 2

    assert database_ids() == parquet_ids(tmp_path) == [1, 2, 3, 4]
    assert JournalContext.objects.count() == JournalOffer.objects.count() == 1
    assert JournalShopper.objects.count() == 2
    assert len(journal_files(tmp_path)) == 1  # the one in use
    assert sorted(JournalFile.objects.values_list("record_count", "finished_at")) == [(1, None), (3, AT)]


def test_collect__damaged_lines__are_counted_and_kept_aside(tmp_path: Path) -> None:
    write(tmp_path, [record(1, lost=4)], more=b"\x00\x00\n")
    write(tmp_path, [record(2)], more=b'[1,"torn')

    assert collect(tmp_path) == Collected(1, 2, 2, 4)

    assert database_ids() == parquet_ids(tmp_path) == [1, 2]
    [kept] = (tmp_path / "damaged").iterdir()
    assert kept.read_bytes() == b'\x00\x00\n[1,"torn\n'
    file = JournalFile.objects.get()
    assert (file.record_count, file.damaged_count, file.lost_count) == (2, 2, 4)


def test_collect__one_file_cannot_be_read__the_others_are_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [record(1)], "a.jsonl")
    write(tmp_path, [record(2)], "b.jsonl")

    def read(path: Path, start: int, *, is_finished: bool) -> JournalBatch:
        if path.name == "a.jsonl":
            raise OSError("Input/output error")
        return read_batch(path, start, is_finished=is_finished)

    monkeypatch.setattr("analytics.services.journal.collect.read_batch", read)

    assert collect(tmp_path).record_count == 1
    assert database_ids() == [2]


@pytest.mark.parametrize("size", [1, 7, 100, 2**20])
def test_collect__batches_of_any_size__have_every_record_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("analytics.services.journal.batch.BATCH_BYTES", size)
    write(tmp_path, [record(number) for number in range(5)])

    assert collect(tmp_path) == Collected(1, 5, 0, 0)
    assert database_ids() == parquet_ids(tmp_path) == [0, 1, 2, 3, 4]


def test_collect__killed_before_the_commit__parts_are_written_anew(tmp_path: Path) -> None:
    path = write(tmp_path, [record(1)])
    write_parts(folder=tmp_path, batch=read_batch(path, 0, is_finished=False), with_parquet=True)
    write(tmp_path, [record(2, at=AT_MS + 86_400_000)])
    assert parquet_ids(tmp_path) == [1]

    collect(tmp_path)

    assert database_ids() == parquet_ids(tmp_path) == [1, 2]
    assert sorted(part.name for part in (tmp_path / "parquet").iterdir()) == [
        "day=2026-11-30",
        "day=2026-12-01",
    ]


def test_collect__killed_before_the_file_is_deleted__counts_nothing_again(tmp_path: Path) -> None:
    path = write(tmp_path, [record(1)])
    content = path.read_bytes()
    collect(tmp_path)
    path.write_bytes(content)

    assert collect(tmp_path).record_count == 0
    assert database_ids() == parquet_ids(tmp_path) == [1]
    assert not path.exists()


def test_collect__without_parquet__writes_rows_only(tmp_path: Path) -> None:
    write(tmp_path, [record(1)])

    collect(tmp_path, with_parquet=False)

    assert database_ids() == [1]
    assert not (tmp_path / "parquet").exists()


def test_collect__another_is_at_work__leaves_it_to_that_one(tmp_path: Path) -> None:
    write(tmp_path, [record(1)])
    (tmp_path / "collector.lock").touch()

    with lock_if_free(tmp_path / "collector.lock"):
        assert collect(tmp_path).is_busy

    assert database_ids() == []


def test_collect__no_folder__does_nothing(tmp_path: Path) -> None:
    assert collect(tmp_path / "nowhere") == Collected()


@pytest.mark.django_db(transaction=True)
def test_store__the_same_bytes_at_once__are_stored_by_one_only(tmp_path: Path) -> None:
    """As if the lock of the folder did not hold: the offset in the database decides."""
    batch = read_batch(write(tmp_path, [record(n) for n in range(50)]), 0, is_finished=True)
    file = JournalFile.objects.create(name=NAME, collected_at=AT)

    def store(_number: int) -> bool:
        try:
            store_batch(file=file.pk, batch=batch, at=AT)
        except CollectedElsewhereError:
            return False
        return True

    assert sorted(at_once(store, 4)) == [False, False, False, True]
    assert database_ids() == list(range(50))
    assert JournaledSlot.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_store__files_of_several_hosts_at_once__share_contexts_and_shoppers(tmp_path: Path) -> None:
    batches = []
    for host in range(4):
        records = [record(host * 100 + n, visitor=f"v-{(n * 7 + host) % 20}") for n in range(20)]
        path = write(tmp_path, records, f"h{host}.jsonl")
        file = JournalFile.objects.create(name=path.name, collected_at=AT)
        batches.append((file.pk, read_batch(path, 0, is_finished=True)))

    at_once(lambda host: store_batch(file=batches[host][0], batch=batches[host][1], at=AT), 4)

    assert JournaledDecision.objects.count() == 80
    assert (JournalContext.objects.count(), JournalShopper.objects.count()) == (1, 20)


@pytest.mark.parametrize("count", [1, 300])
def test_store__any_number_of_records__takes_the_same_queries(
    tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    write(tmp_path, [record(n, customer=f"C-{n}", visitor=f"v-{n}") for n in range(count)])

    with django_assert_max_num_queries(22):
        assert collect(tmp_path).record_count == count


def test_command_and_task__collect_the_folder_of_the_settings(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AWASE_JOURNAL_DIR = tmp_path
    write(tmp_path, [record(1)])

    call_command("collect_journal")
    write(tmp_path, [record(2), record(3)], "other.jsonl")

    assert "1 decisions of 1 files collected. 0 damaged lines, 0 lost." in capsys.readouterr().out
    assert collect_task() == 2
