"""What products count on pages where shoppers say that they do not fit."""

import numpy as np
import pytest

from analytics.stats.fit_declines import ANSWERS, FitAnswers, fit_shares


def shares(*pairs: tuple[float, float]) -> list[float]:
    """Return the shares of products with these declines and acceptances."""
    declined, accepted = np.array(pairs, np.float64).reshape(-1, 2).T
    keys = np.arange(len(pairs))
    answers = FitAnswers(category=keys, product=keys, declined=declined, accepted=accepted)
    return [float(one) for one in fit_shares(answers)]


def test_fit_shares__declined_often__is_the_posterior_mean_over_the_usual_share() -> None:
    # Beta(a, b) and y of n answers give (a + y) / (a + b + n): Gelman et al., Bayesian Data Analysis, 2.4.
    usual = 60 / 80

    assert shares((20, 0), (0, 60))[0] == pytest.approx(ANSWERS * usual / (ANSWERS + 20) / usual)


def test_fit_shares__accepted_as_well__sinks_less() -> None:
    disliked, mixed, liked = shares((20, 0), (20, 20), (0, 60))

    assert disliked < mixed < liked == 1


def test_fit_shares__everything_is_declined_alike__nothing_sinks() -> None:
    assert shares((30, 30), (50, 50)) == pytest.approx([1, 1])


@pytest.mark.parametrize("pairs", [((2, 0), (0, 60)), ((20, 0),)])
def test_fit_shares__few_declines_or_no_acceptance__says_nothing(
    pairs: tuple[tuple[float, float], ...],
) -> None:
    assert shares(*pairs)[0] == 1


def test_fit_shares__no_answers__is_empty() -> None:
    assert shares() == []
