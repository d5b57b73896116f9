"""Records as lines of JSON, and what is read back from a file that may be damaged."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from engine.journal.record import JournalRecord

_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(JournalRecord)


class JournalLines(Struct, frozen=True):
    """The lines of a part of a file: its records, the lines that are none, and its length in bytes."""

    records: tuple[JournalRecord, ...]
    damaged: tuple[bytes, ...]
    length: int

    @property
    def lost_count(self) -> int:
        """Return how many records the writers could not write."""
        return sum(record.lost for record in self.records)


def encode_records(records: Sequence[JournalRecord]) -> bytes:
    """Return one line for each record; each ends with a line feed."""
    return _encoder.encode_lines(records)


def read_lines(data: bytes, *, is_finished: bool) -> JournalLines:
    """Read the whole lines at the beginning of `data`.

    A last line without its end is left for later: it may still be in the making. If the file is finished,
    it is damaged. Empty lines are skipped.
    """
    length = len(data) if is_finished else data.rfind(b"\n") + 1
    records: list[JournalRecord] = []
    damaged: list[bytes] = []
    for line in data[:length].split(b"\n"):
        if not line:
            continue
        try:
            records.append(_decoder.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            damaged.append(line)
    return JournalLines(tuple(records), tuple(damaged), length)
