"""The names a snapshot's folder and file go by, shared by writer and reader.

A version is a folder with two files: `records.bin`, every column one after the other as flat
little-endian numbers, each starting at a multiple of 8 bytes; and `manifest.json`, which says what
the snapshot is made of, where each column lies (`[format, offset, count]`, format as in `struct`) and
the CRC-32 of `records.bin`.
"""

import re
import sys

from engine.pricing import BenefitKind
from engine.snapshot.data import AfterDecline, FillIns, RankBy

FORMAT_NUMBER = 16

POINTER = "current"
MANIFEST = "manifest.json"
RECORDS = "records.bin"
WRITE_LOCK = "write.lock"
# A version still being written; whoever holds the lock may remove what a killed build left.
UNFINISHED_PREFIX = "unfinished-"
VERSION_PATTERN = re.compile(r"\d+-[0-9a-f]{8}")
ALIGNMENT = 8
# How `struct` and memoryview name the column types that are used here.
FORMATS = {"|u1": "B", "<u2": "H", "<u4": "I", "<u8": "Q", "<i4": "i", "<i8": "q", "<f4": "f"}

# What the codes in the columns stand for: a code is the position in its tuple. Append only.
BENEFIT_KINDS: tuple[BenefitKind, ...] = ("none", "percent", "amount", "fixed")
FILL_INS: tuple[FillIns, ...] = ("all", "no_last_resort", "none")
AFTER_DECLINE: tuple[AfterDecline, ...] = ("next", "lower_step", "offer", "silence")
RANK_BY: tuple[RankBy, ...] = ("margin", "sales")
RELATION_KINDS = ("accessory", "consumable", "complement", "substitute")
# Beyond every real moment: an offer without a start or an end.
ALWAYS = -(2**62)
FOREVER = 2**62
NO_MINIMUM = -1
NO_MASK = -1
# In place of a currency: a product that is hidden or sold out.
NOT_SOLD = 2**16 - 1
# The figures behind a link, side by side, and with how many decimals each is kept: the orders that hold both,
# support, confidence, lift and the log-likelihood ratio.
EVIDENCE_DECIMALS = (0, 6, 4, 2, 2)

if sys.byteorder != "little":
    raise ImportError("Snapshots are little-endian and are mapped, not parsed: this machine is big-endian.")
