"""Records survive being written and read; whatever else is in a file costs only itself."""

import json

import msgspec
import pytest

from engine.journal.lines import encode_records, read_lines
from engine.journal.record import JournalCandidate, JournalWithheld
from tests.engine.journal.records import record, slot

FULL = record(
    customer="C-1",
    visitor="v-1",
    audiences=(3, 9),
    segment="champions",
    arms={"texts": "b"},
    withheld=(JournalWithheld("holdout", slot(position=2)),),
    candidates=(JournalCandidate("goes-with-it", "jam", "bought_together", 0.5, "no_slot_left"),),
    lost=3,
)


@pytest.mark.parametrize("written", [record(), FULL, record(shown=(), placement="掲載枠")])
def test_record__written_and_read__is_the_same(written: object) -> None:
    lines = read_lines(encode_records([written]), is_finished=False)  # type: ignore[list-item]

    assert lines.records == (written,)
    assert lines.damaged == ()


def test_lines__the_last_one_has_no_end__waits_until_the_file_is_finished() -> None:
    whole = encode_records([record(1)])
    torn = whole + encode_records([record(2)])[:-20]

    growing, finished = read_lines(torn, is_finished=False), read_lines(torn, is_finished=True)

    assert (growing.records, growing.damaged, growing.length) == ((record(1),), (), len(whole))
    assert (finished.records, len(finished.damaged), finished.length) == ((record(1),), 1, len(torn))


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\x00\x00",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        encode_records([record(at=2**62)])[:-1],
        encode_records([record(decision="short")])[:-1],
        encode_records([record(placement="x" * 65)])[:-1],
        encode_records([record(customer="a\0b")])[:-1],
        encode_records([record(shown=(slot(position=2**15),))])[:-1],
    ],
)
def test_lines__one_is_damaged__costs_only_that_line(line: bytes) -> None:
    data = encode_records([record(1)]) + line + b"\n" + encode_records([record(2)])

    lines = read_lines(data, is_finished=False)

    assert lines.records == (record(1), record(2))
    assert lines.damaged == (line,)
    assert lines.length == len(data)


def test_record__of_a_version_that_adds_fields__is_read_without_them() -> None:
    newer = [*json.loads(encode_records([record()])), "something new"]

    lines = read_lines(msgspec.json.encode(newer) + b"\n", is_finished=False)

    assert lines.records == (record(),)


def test_record__of_a_version_with_fewer_fields__gets_their_defaults() -> None:
    older = json.loads(encode_records([FULL]))[:13]

    (read,) = read_lines(msgspec.json.encode(older) + b"\n", is_finished=False).records

    assert (read.customer, read.shown) == (FULL.customer, FULL.shown)
    assert (read.arms, read.withheld, read.candidates, read.lost) == ({}, (), None, 0)
