"""Sample ratio mismatch: published examples and false alarms by simulation."""

import numpy as np
import pytest

from analytics.stats.experiments.srm import (
    SplitPhase,
    broken_phase,
    daily_split_p_values,
    split_p_value,
)

HALVES = np.array([0.5, 0.5])


def phase(*days: tuple[int, ...], weights: tuple[float, ...] = (0.5, 0.5)) -> SplitPhase:
    return SplitPhase(np.array(weights), np.array(days, dtype=np.int64).reshape(-1, len(weights)))


@pytest.mark.parametrize(
    ("counts", "p_value"),
    # The first is the example of R. Kohavi, D. Tang and Y. Xu, "Trustworthy Online Controlled Experiments"
    # (2020), chapter 3; all recomputed with scipy.stats.chisquare.
    [
        ((821_588, 815_482), 1.8218e-6),
        ((600, 400), 2.54e-10),
        ((502, 498), 0.899343),
        ((10_000, 9_500), 3.428e-4),
    ],
)
def test_split__of_one_look__has_the_p_value_of_scipy(counts: tuple[int, int], p_value: float) -> None:
    assert split_p_value(np.array(counts), HALVES) == pytest.approx(p_value, rel=2e-4)


def test_split__of_hillstroms_three_arms__is_right() -> None:
    assert split_p_value(np.array([21_307, 21_387, 21_306]), np.ones(3)) == pytest.approx(0.9037, abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "p_value"),
    # Recomputed with the definition of M. Lindon and A. Malek (NeurIPS 2022), a prior worth 10,000 units.
    [((821_588, 815_482), 1.5595e-4), ((10_000, 9_500), 0.024805)],
)
def test_split__of_all_looks__has_the_known_p_value(counts: tuple[int, int], p_value: float) -> None:
    assert daily_split_p_values(phase(counts))[-1] == pytest.approx(p_value, rel=1e-4)


def test_split__without_traffic__is_not_doubted() -> None:
    assert split_p_value(np.array([0, 0]), HALVES) == 1
    assert daily_split_p_values(phase((0, 0))).tolist() == [1.0]
    assert broken_phase((phase((0, 0)), phase())) is None


def test_split__arm_without_weight__is_left_out() -> None:
    counts, weights = np.array([500, 30, 500]), np.array([0.5, 0.0, 0.5])

    assert split_p_value(counts, weights) == 1
    assert split_p_value(counts, np.array([1.0, 0.0, 0.0])) == 1
    assert daily_split_p_values(SplitPhase(weights, counts[None]))[-1] == 1


def test_split__found_broken_once__stays_broken() -> None:
    p_values = daily_split_p_values(phase((50_000, 40_000), (40_000, 50_000)))

    assert p_values[0] < 1e-6
    assert p_values[1] == p_values[0]


def test_looks__at_fifty_days_of_right_splits__give_few_alarms() -> None:
    rng = np.random.default_rng(5)
    first = rng.binomial(2000, 0.5, (2000, 50))
    phases = [SplitPhase(HALVES, np.column_stack([days, 2000 - days])) for days in first]

    sequential = np.mean([daily_split_p_values(each)[-1] < 0.05 for each in phases])

    # About 1 %; a plain chi-square test at 5 % every day gives about 33 %.
    assert sequential <= 0.05
    assert np.mean([broken_phase((each,)) is not None for each in phases]) <= 0.01


def test_phases__of_a_changed_split__are_judged_by_their_own_counts() -> None:
    before, after = phase((9_000, 1_000), weights=(0.9, 0.1)), phase((5_000, 5_000))

    assert broken_phase((before, after)) is None
    assert broken_phase((before, phase((9_000, 1_000)))) == 1
    assert broken_phase((phase((9_000, 1_000)), after)) == 0


def test_phase__of_little_traffic_split_grossly_wrong__is_broken() -> None:
    assert broken_phase((phase((600, 400)),)) == 0
