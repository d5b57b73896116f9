import numpy as np
import pytest

from analytics.stats import comfort as module
from analytics.stats.comfort import ComfortBands, find_comfort_bands

TEA, POTS = 70, 20


def _comfort(lines: list[tuple[int, int, int]], customer_count: int = 2) -> ComfortBands:
    table = np.array(lines, np.int64).reshape(-1, 3)
    return find_comfort_bands(
        customer=table[:, 0], category=table[:, 1], price=table[:, 2], customer_count=customer_count
    )


def _bands(comfort: ComfortBands, customer: int) -> list[tuple[int, int, int, int, int]]:
    rows = slice(comfort.starts[customer], comfort.starts[customer + 1])
    columns = (comfort.category, comfort.low, comfort.median, comfort.high, comfort.line_count)
    return list(zip(*(column[rows].tolist() for column in columns), strict=True))


def test_comfort_bands__eleven_prices__range_from_the_first_to_the_last_tenth() -> None:
    comfort = _comfort([(1, TEA, price) for price in range(1100, 0, -100)])

    assert _bands(comfort, 0) == []
    assert _bands(comfort, 1) == [(TEA, 200, 600, 1000, 11)]


def test_comfort_bands__four_prices__are_too_few() -> None:
    assert _bands(_comfort([(0, TEA, 500)] * 4 + [(0, POTS, 900)] * 5), 0) == [(POTS, 900, 900, 900, 5)]


def test_comfort_bands__several_categories__are_sorted() -> None:
    comfort = _comfort([(0, TEA, 500)] * 9 + [(0, POTS, 900)] * 5 + [(1, TEA, 100)] * 5)

    assert _bands(comfort, 0) == [(POTS, 900, 900, 900, 5), (TEA, 500, 500, 500, 9)]
    assert _bands(comfort, 1) == [(TEA, 100, 100, 100, 5)]


def test_comfort_bands__more_than_the_limit__keeps_those_with_most_prices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BAND_LIMIT", 1)

    comfort = _comfort([(0, POTS, 900)] * 5 + [(0, TEA, 500)] * 6)

    assert _bands(comfort, 0) == [(TEA, 500, 500, 500, 6)]


def test_comfort_bands__no_lines__is_empty() -> None:
    comfort = _comfort([])

    assert comfort.starts.tolist() == [0, 0, 0]
