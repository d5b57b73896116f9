"""Uniform bounds against the reference values of confseq (test/uniform_boundaries_unittest.cpp), from R."""

import pytest

from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.sequential.mixtures import (
    BetaBinomialMixture,
    GammaExponentialMixture,
    NormalMixture,
    OneSidedNormalMixture,
    UniformMixture,
    rate_interval_at_any_time,
    stitched_bound,
    uniform_bound,
)


@pytest.mark.parametrize(
    ("mixture", "evidence", "bound"),
    [
        (NormalMixture.for_variance(100), -0.6510052, 30.35209),
        (OneSidedNormalMixture.for_variance(100), -0.06502391, 27.66071),
        (GammaExponentialMixture.for_variance(100, 2), -0.2490165, 33.02017),
        (BetaBinomialMixture.for_variance(100, 0.2, 0.8), -0.6941012, 31.4308),
    ],
)
def test_mixture__of_the_reference__has_its_evidence_and_bound(
    mixture: UniformMixture, evidence: float, bound: float
) -> None:
    assert mixture.log_evidence(10, 100) == pytest.approx(evidence, abs=1e-6)
    assert uniform_bound(mixture, 100) == pytest.approx(bound, abs=1e-5)


def test_normal_mixture__for_a_variance__has_the_best_width() -> None:
    assert NormalMixture.for_variance(100).rho == pytest.approx(12.60056, abs=1e-5)


def test_bound__that_no_possible_sum_reaches__is_the_largest_sum() -> None:
    mixture = BetaBinomialMixture.for_variance(100, 0.5, 0.5)

    assert uniform_bound(mixture, 0.5) == mixture.largest(0.5) == 1.0


def test_stitched_bound__of_the_reference__is_its_value() -> None:
    assert stitched_bound(100, least=10, scale=3) == pytest.approx(64.48755, abs=1e-5)


@pytest.mark.parametrize(
    ("count", "trials", "tuned_for", "expected"),
    [
        (700, 1000, 100, (0.651629, 0.745949)),
        (15, 50, 50, (0.129556, 0.511896)),
        (0, 1, 50, (0.0, 1.0)),
    ],
)
def test_rate__of_the_reference__has_its_interval_at_any_time(
    count: int, trials: int, tuned_for: int, expected: tuple[float, float]
) -> None:
    found = rate_interval_at_any_time(Successes(count, trials), tuned_for=tuned_for)

    assert found == pytest.approx(expected, abs=1.1e-6)


def test_rate__without_successes__has_the_mirror_image_of_that_without_failures() -> None:
    none = rate_interval_at_any_time(Successes(0, 1000), tuned_for=100)
    every = rate_interval_at_any_time(Successes(1000, 1000), tuned_for=100)

    assert none is not None
    assert every is not None
    assert none[0] == 0
    assert (1 - every[1], 1 - every[0]) == pytest.approx(none)
    assert 0 < none[1] < 0.01


def test_rate__without_trials__has_no_interval() -> None:
    assert rate_interval_at_any_time(Successes(0, 0), tuned_for=100) is None
