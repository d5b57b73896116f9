"""Many units: equal to one at a time, uniform, and independent between experiments."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import chdtrc

from engine.experiments.bucketing import fnv1a_32, position_of
from engine.experiments.many import positions_of

MILLION = 1_000_000


def ids(count: int) -> npt.NDArray[np.bytes_]:
    """Return ids as shops have them: a prefix and a number."""
    return np.char.add(b"C", np.arange(count).astype("S7"))


@pytest.fixture(scope="module")
def positions() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the positions of a million customers in two experiments with similar seeds."""
    units = ids(MILLION)
    return positions_of(units, fnv1a_32(b"exp-1")), positions_of(units, fnv1a_32(b"exp-2"))


def p_value(counts: npt.NDArray[np.int64]) -> float:
    """Return the p-value of the chi-square test for equal counts."""
    expected = counts.mean()
    return float(chdtrc(counts.size - 1, ((counts - expected) ** 2 / expected).sum()))


def test_positions__of_many_units__are_those_of_each() -> None:
    units = [
        b"C1",
        b"",
        b"8952klfjas09ujkasdf",
        "お客様".encode(),
        *(b"V%d" % number for number in range(500)),
    ]

    found = positions_of(np.array(units), fnv1a_32(b"seed"))

    assert found.tolist() == [position_of(unit.decode(), fnv1a_32(b"seed")) for unit in units]


def test_positions__of_a_million_customers__are_uniform(
    positions: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
) -> None:
    counts = np.bincount((positions[0] * 100).astype(np.int64), minlength=100)

    assert p_value(counts) > 0.001


def test_positions__in_two_experiments__are_independent(
    positions: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
) -> None:
    first, second = ((each * 10).astype(np.int64) for each in positions)

    counts = np.bincount(first * 10 + second, minlength=100)

    assert p_value(counts) > 0.001
