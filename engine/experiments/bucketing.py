"""Place units in buckets by a hash: without storage, and the same in every process.

The hash is version 2 of GrowthBook's (FNV-1a of 32 bits, twice): a unit keeps its bucket for as long as the
seed stays the same. The position in an experiment is from 0 to 1, in steps of 1/10,000.
"""

from typing import Final

_OFFSET: Final = 0x811C9DC5
_PRIME: Final = 0x01000193
_MASK: Final = 0xFFFFFFFF
# Positions that a unit may have.
BUCKETS: Final = 10_000


def fnv1a_32(data: bytes, start: int = _OFFSET) -> int:
    """Return the 32-bit FNV-1a hash of `data`, continued from the hash `start` of what comes before it."""
    state = start
    for byte in data:
        state = (state ^ byte) * _PRIME & _MASK
    return state


def position_of(unit: str, seed_hash: int) -> float:
    """Return the position of a unit, from 0 up to but excluding 1.

    seed_hash: `fnv1a_32` of the experiment's seed, computed once: a request hashes only the id. Text is
    hashed as UTF-8.
    """
    inner = fnv1a_32(unit.encode(), seed_hash)
    return fnv1a_32(b"%d" % inner) % BUCKETS / BUCKETS
