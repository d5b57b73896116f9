"""The traffic of the next day, and what it loses against always showing the best arm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.bandit.thompson import bounded_shares, matured_trials
from tests.analytics.stats.experiments.bandit.simulation import run_bandit


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.floats(0, 0.15), st.floats(0.5, 1))
def test_shares__of_any_chances__keep_the_bounds_and_sum_to_one(
    chances: list[float], floor: float, ceiling: float
) -> None:
    count = len(chances)

    found = bounded_shares(np.array(chances), least=np.full(count, floor), most=np.full(count, ceiling))

    assert found.sum() == pytest.approx(1)
    assert (found >= floor - 1e-6).all()
    assert (found <= ceiling + 1e-6).all()


def test_shares__within_the_bounds__are_the_chances() -> None:
    chances = np.array([0.7, 0.25, 0.05])

    assert bounded_shares(chances, least=np.full(3, 0.01), most=np.ones(3)) == pytest.approx(chances)


def test_shares__of_an_arm_below_its_floor__take_from_the_others_in_proportion() -> None:
    found = bounded_shares(np.array([0.8, 0.2, 0.0]), least=np.full(3, 0.1), most=np.ones(3))

    assert found == pytest.approx([0.72, 0.18, 0.1], abs=1e-6)


def test_shares__of_the_only_arm_with_a_chance__stop_at_its_bound() -> None:
    found = bounded_shares(np.array([1.0, 0.0, 0.0]), least=np.zeros(3), most=np.array([0.5, 1.0, 1.0]))

    assert found == pytest.approx([0.5, 0.25, 0.25])


@pytest.mark.parametrize(("least", "most"), [(0.6, 1.0), (0.0, 0.4)])
def test_bounds__that_allow_no_sum_of_one__are_refused(least: float, most: float) -> None:
    with pytest.raises(ValueError, match="do not allow"):
        bounded_shares(np.array([0.5, 0.5]), least=np.full(2, least), most=np.full(2, most))


def test_matured_trials__of_recent_days__count_as_far_as_they_could_have_sold() -> None:
    daily = np.array([[100.0, 0.0], [100.0, 10.0], [0.0, 50.0]])

    found = matured_trials(daily, np.array([0.2, 0.5]))

    # Two days ago counts like yesterday, one half; today a fifth.
    assert found.tolist() == [100.0, 15.0]


def test_bandit__of_a_hundred_batches__loses_as_little_as_thompson_sampling() -> None:
    rng, rates = np.random.default_rng(3), np.array([0.9, 0.8, 0.7])

    regret = np.mean([run_bandit(rates, days=100, daily_visits=10, rng=rng).regret for _ in range(8)])

    # Thompson sampling without batches loses 12.0 ± .7 of 1,000 trials (100 with equal shares).
    assert 8 < regret < 20


def test_bandit__with_daily_batches_and_late_purchases__loses_less_than_two_fifths() -> None:
    rng, rates = np.random.default_rng(4), np.array([0.05, 0.04, 0.03, 0.06])
    late = np.array([0.5, 0.8, 1.0])

    runs = [
        run_bandit(rates, days=20, daily_visits=1000, rng=rng, floor=0.01, known_shares=late)
        for _ in range(6)
    ]

    # With equal shares: 20,000 visits, 0.015 each.
    assert np.mean([run.regret for run in runs]) <= 0.4 * 300
    assert min(run.shares.min() for run in runs) >= 0.01 - 1e-9
