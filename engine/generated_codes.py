"""Codes that nobody can guess: the alphabets they are drawn from, and how long they have to be.

A guess must hit one of the codes of a batch with a chance of at most 1 in 2^30, about a billion, and a single
code must have 40 bits. So the length depends on how many codes there are.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

# Without characters that look or sound like others (0 O, 1 I L, 2 Z, 5 S, U V), and without most words.
ALPHABETS: Final[Mapping[str, str]] = {
    "mixed": "BCDFGHJKMPQRTVWXY2346789",
    "letters": "BCDFGHJKMPQRTVWXY",
    "digits": "0123456789",
}
MIN_BITS: Final = 40
GUESS_BITS: Final = 30

# Returns so many random bytes.
RandomBytes = Callable[[int], bytes]


def bits_of(length: int, alphabet: str) -> float:
    """Return the entropy of a code of `length` random characters of the alphabet, in bits."""
    return length * math.log2(len(alphabet))


def shortest_length(count: int, alphabet: str) -> int:
    """Return how many random characters each of `count` codes needs at least; `count` is 1 or more."""
    needed = max(MIN_BITS, GUESS_BITS + math.log2(count))
    return math.ceil(needed / math.log2(len(alphabet)))


def draw_codes(
    count: int, *, prefix: str, length: int, alphabet: str, random_bytes: RandomBytes
) -> list[str]:
    """Return `count` codes: the prefix and `length` random characters, each equally likely.

    Bytes that would make some characters likelier are thrown away. Two codes may be the same.
    """
    wanted, size = count * length, len(alphabet)
    fair = 256 - 256 % size
    parts = [np.empty(0, np.uint8)]
    while (have := sum(map(len, parts))) < wanted:
        drawn = np.frombuffer(random_bytes((wanted - have) * 256 // fair + 64), np.uint8)
        parts.append(drawn[drawn < fair] % size)
    places = np.concatenate(parts)[:wanted].astype(np.intp)
    text = np.frombuffer(alphabet.encode("ascii"), np.uint8)[places].tobytes().decode("ascii")
    return [prefix + text[start : start + length] for start in range(0, wanted, length)]
