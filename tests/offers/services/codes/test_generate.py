"""Codes are generated in blocks by one worker; a batch is complete or not there."""

import os
import re
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connections

from catalog.models import Revision
from offers.models import BatchState, CodeBatch, GeneratedCode, Offer, PromotionCode
from offers.services.codes import generate
from offers.services.codes.generate import SILENCE, cancel_batch, generate_waiting
from offers.services.codes.status import batch_status
from offers.services.collection.sources import collect_offer_sources
from tests.offers.services.codes.batches import AT, codes_of, generated, offer_with_code, requested
from tests.support.servers import ROOT, database_url

pytestmark = pytest.mark.django_db


def batches_of(offer: Offer) -> frozenset[int]:
    (source,) = collect_offer_sources(Offer.objects.filter(pk=offer.pk))
    return source.code_batches


def test_batch__generated__has_as_many_different_codes_of_its_form() -> None:
    offer = offer_with_code()

    batch = generated(offer, 500)

    codes = codes_of(batch)
    assert len(set(codes)) == 500 == batch.done_count
    assert all(re.fullmatch("SPR-[BCDFGHJKMPQRTVWXY2346789]{12}", code) for code in codes)
    assert (batch.state, batch.claim, batch_status(batch, at=AT).state) == (BatchState.READY, "", "ready")
    assert batches_of(offer) == {batch.pk}


def test_batch__requested__opens_nothing_and_makes_its_offer_need_a_code() -> None:
    offer = offer_with_code()
    Offer.objects.update(needs_code=False)

    requested(offer)

    assert batches_of(offer) == frozenset()
    offer.refresh_from_db()
    assert offer.needs_code


def test_block__with_codes_that_exist__is_filled_up_with_others(monkeypatch: pytest.MonkeyPatch) -> None:
    PromotionCode.objects.create(offer=offer_with_code("other"), code="SPR-WRITTEN")
    drawn = iter([["SPR-WRITTEN", "SPR-A", "SPR-A"], ["SPR-B", "SPR-A"], ["SPR-C"]])
    monkeypatch.setattr(generate, "draw_codes", lambda *_args, **_kwargs: next(drawn))

    batch = generated(offer_with_code(), 3)

    assert codes_of(batch) == ["SPR-A", "SPR-B", "SPR-C"]


def test_worker__that_fails__is_followed_by_one_that_adds_only_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = requested(offer_with_code(), 5)
    monkeypatch.setattr(generate, "BLOCK", 2)
    write, calls = generate._write, iter([1, 1, 0])
    monkeypatch.setattr(generate, "_write", lambda *args: write(*args) if next(calls) else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generate_waiting(at=AT)
    monkeypatch.setattr(generate, "_write", write)
    batch.refresh_from_db()
    assert (batch.done_count, batch.state, batch.error) == (
        4,
        "waiting",
        "ZeroDivisionError: division by zero",
    )
    assert batches_of(batch.offer) == frozenset()

    assert generate_waiting(at=AT + SILENCE / 2) == 0
    assert generate_waiting(at=AT + SILENCE + timedelta(seconds=5)) == 1

    batch.refresh_from_db()
    assert (batch.state, batch.codes.count(), batch.error) == (BatchState.READY, 5, "")


def test_batch__cancelled_while_it_is_generated__loses_all_its_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = requested(offer_with_code(), 5)
    monkeypatch.setattr(generate, "BLOCK", 2)
    write = generate._write

    def write_and_cancel(*args: object) -> int:
        count: int = write(*args)  # type: ignore[arg-type]
        assert cancel_batch(batch=batch)
        return count

    monkeypatch.setattr(generate, "_write", write_and_cancel)
    assert generate_waiting(at=AT) == 2
    assert CodeBatch.objects.get().state == BatchState.REMOVING

    assert generate_waiting(at=AT) == 2

    assert CodeBatch.objects.get().state == BatchState.CANCELLED
    assert GeneratedCode.objects.count() == 0
    assert not cancel_batch(batch=batch)


def test_batch__that_is_ready__cannot_be_cancelled() -> None:
    batch = generated(offer_with_code())

    assert not cancel_batch(batch=batch)
    assert Revision.objects.get(domain="offers").number >= 2


WORKER_THAT_DIES = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from offers.services.codes import generate
generate.BLOCK = 2
write = generate._write
def die(batch, count):
    written = write(batch, count)
    if batch.codes.count() >= 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return written
generate._write = die
generate.generate_waiting(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_worker__killed_in_a_block__leaves_nothing_visible_and_is_continued() -> None:
    batch = requested(offer_with_code(), 5)
    connections.close_all()

    died = subprocess.run(
        [sys.executable, "-c", WORKER_THAT_DIES, AT.isoformat()],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )

    assert died.returncode == -signal.SIGKILL
    batch.refresh_from_db()
    assert (batch.state, batch.done_count, batch.codes.count()) == ("waiting", 2, 2)
    assert batches_of(batch.offer) == frozenset()
    assert generate_waiting(at=AT + 2 * SILENCE) == 3
    assert CodeBatch.objects.get().state == BatchState.READY
    assert batch.codes.count() == 5
