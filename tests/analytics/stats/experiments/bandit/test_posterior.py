"""Chances to be the best: a published quadrature and exact cases."""

import numpy as np
import pytest

from analytics.stats.experiments.bandit.posterior import BetaPosteriors

pytestmark = pytest.mark.numeric


def test_chance__of_two_arms__is_that_of_a_quadrature() -> None:
    # Beta(65, 937) against Beta(49, 953), by scipy.integrate.quad.
    found = BetaPosteriors(np.array([65.0, 49.0]), np.array([937.0, 953.0])).chance_best()

    assert found.tolist() == pytest.approx([0.939542, 0.060458], abs=5e-6)


def test_chance__without_data__is_the_same_for_all() -> None:
    assert BetaPosteriors.of(np.zeros(4), np.zeros(4)).chance_best() == pytest.approx(np.full(4, 0.25))


def test_chance__of_several_arms__is_that_of_draws() -> None:
    posteriors = BetaPosteriors.of(np.array([12.0, 30.0, 33.0]), np.array([100.0, 210.0, 260.0]))
    draws = np.random.default_rng(1).beta(posteriors.alpha, posteriors.beta, (200_000, 3))

    best = np.bincount(draws.argmax(axis=1), minlength=3) / len(draws)

    assert posteriors.chance_best() == pytest.approx(best, abs=4e-3)


def test_chance__of_an_arm_that_is_known_far_better__has_a_small_error() -> None:
    # One arm is known to be .5, of the other nothing is known: either may be better.
    found = BetaPosteriors.of(np.array([0.0, 5e8]), np.array([0.0, 1e9])).chance_best()

    assert found.tolist() == pytest.approx([0.5, 0.5], abs=0.013)


def test_chance_of_gain__of_a_second_arm__is_that_of_draws() -> None:
    posteriors = BetaPosteriors.of(np.array([40.0, 50.0]), np.array([1000.0, 1000.0]))
    draws = np.random.default_rng(2).beta(posteriors.alpha, posteriors.beta, (200_000, 2))

    found = posteriors.chance_of_gain(1, 0.1)

    assert found == pytest.approx((draws[:, 0] > 1.1 * draws[:, 1]).mean(), abs=2e-3)


def test_posterior__of_more_purchases_than_matured_trials__is_still_one() -> None:
    found = BetaPosteriors.of(np.array([3.0, 0.0]), np.array([1.5, 1.5]))

    assert (found.beta >= 1).all()
    assert found.chance_best().sum() == pytest.approx(1)
