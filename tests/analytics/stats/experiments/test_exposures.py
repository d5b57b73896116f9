"""Exposures that browsers never reported."""

import pytest

from analytics.stats.experiments.exposures import ExposureCounts, lost_exposures


def test_exposures__lost_in_one_arm__are_found_where_the_split_shows_nothing() -> None:
    # 2 % of one arm of 50,000 visitors.
    found = lost_exposures([ExposureCounts(25_000, 24_500), ExposureCounts(25_000, 24_000)])

    assert found is not None
    assert (found.arm, found.missing_share, found.other_share) == (1, 0.04, 0.02)


@pytest.mark.parametrize(
    "arms",
    [
        [(25_000, 24_500), (25_000, 24_480)],  # alike
        [(100, 100), (100, 96)],  # few
        [(50_000_000, 49_000_000), (50_000_000, 48_900_000)],  # certain, and too small to matter
        [(0, 0), (0, 0)],
        [(0, 0), (1000, 980)],
        [(1000, 1005), (1000, 1000)],  # reported twice
        [],
    ],
)
def test_exposures__alike_in_all_arms__are_healthy(arms: list[tuple[int, int]]) -> None:
    assert lost_exposures([ExposureCounts(*each) for each in arms]) is None


def test_exposures__missing_in_all_arms__spoil_the_results_too() -> None:
    found = lost_exposures([ExposureCounts(1000, 700), ExposureCounts(1000, 710)])

    assert found is not None
    assert found.arm == 0
