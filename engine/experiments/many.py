"""Place many units at once: what `bucketing` does, on arrays."""

from typing import Final

import numpy as np
import numpy.typing as npt

from engine.experiments.bucketing import BUCKETS

_PRIME: Final = np.uint32(0x01000193)
# The digits of the largest hash.
_DIGITS: Final = 10

Hashes = npt.NDArray[np.uint32]


def positions_of(units: npt.NDArray[np.bytes_], seed_hash: int) -> npt.NDArray[np.float64]:
    """Return the position of each unit: (n,), from 0 up to but excluding 1.

    units: (n,), ids as UTF-8 without zero bytes; seed_hash: `fnv1a_32` of the experiment's seed.
    """
    width = units.dtype.itemsize
    letters = np.ascontiguousarray(units).view(np.uint8).reshape(len(units), width)
    state = np.full(len(units), seed_hash, np.uint32)
    for place in range(width):
        letter = letters[:, place]
        np.bitwise_xor(state, letter, out=state)
        np.multiply(state, _PRIME, out=state, where=letter != 0)
    return _hash_of_digits(state) % BUCKETS / BUCKETS


def _hash_of_digits(numbers: Hashes) -> Hashes:
    """Return the hash of each number as it is written in decimal digits, without leading zeros."""
    state = np.full(len(numbers), 0x811C9DC5, np.uint32)
    for power in reversed(range(_DIGITS)):
        scale = 10**power
        is_written = (numbers >= scale) | (power == 0)
        digit = numbers // np.uint32(scale) % np.uint32(10) + np.uint32(ord("0"))
        np.bitwise_xor(state, digit, out=state, where=is_written)
        np.multiply(state, _PRIME, out=state, where=is_written)
    return state
