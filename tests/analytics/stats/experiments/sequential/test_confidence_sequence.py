"""Intervals that hold at all times, against GrowthBook's numbers and false verdicts by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.experiments.sequential.confidence_sequence import (
    TUNED_FOR,
    sequence_interval,
    sequence_p_value,
)

EXPERIMENTS, LOOKS, UNITS_PER_ARM, RATE = 2000, 50, 10_000, 0.05


@pytest.mark.parametrize(
    ("value", "error", "tuned_for", "expected"),
    # GrowthBook, packages/stats/tests/frequentist/test_tests.py; 6,461 units.
    [
        (0.50336, 0.33341, 1000, (-0.55844, 1.56516)),
        (0.50386, 0.03386, 5000, (0.40098, 0.60675)),
    ],
)
def test_interval__of_published_examples__is_theirs(
    value: float, error: float, tuned_for: int, expected: tuple[float, float]
) -> None:
    found = sequence_interval(value, error, 6461, tuned_for=tuned_for)

    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, abs=2e-5)


def test_looks__at_fifty_times_of_experiments_without_effect__give_few_verdicts() -> None:
    rng = np.random.default_rng(11)
    batch = UNITS_PER_ARM // LOOKS
    bought = rng.binomial(batch, RATE, (2, EXPERIMENTS, LOOKS)).cumsum(axis=2)
    units = batch * np.arange(1, LOOKS + 1)
    rates = bought / units
    differences, errors = rates[1] - rates[0], np.sqrt((rates * (1 - rates) / units).sum(axis=0))

    # One interval of width 1 for each look is scaled: the width is proportional to the error.
    halves = [found.high for found in (sequence_interval(0.0, 1.0, 2 * int(n)) for n in units) if found]
    verdicts = (np.abs(differences) > np.array(halves) * errors).any(axis=1).mean()
    naive = (np.abs(differences) > 1.959964 * errors).any(axis=1).mean()

    assert verdicts <= 0.05
    assert naive > 0.25  # what looking at a plain test gives: about 31 %
    assert halves[-1] / 1.959964 == pytest.approx(1.6, abs=0.1)


@given(st.floats(-3, 3), st.floats(0.01, 2), st.integers(1, 10**7), st.integers(100, 10**6))
def test_p_value__below_alpha__means_that_the_interval_excludes_no_effect(
    value: float, error: float, units: int, tuned_for: int
) -> None:
    found = sequence_interval(value, error, units, tuned_for=tuned_for)
    p_value = sequence_p_value(value, error, units, tuned_for=tuned_for)

    assert found is not None
    assert p_value is not None
    assert 0 <= p_value <= 1
    if abs(p_value - 0.05) > 1e-9:
        assert (found.is_positive or found.is_negative) == (p_value < 0.05)


def test_interval__tuned_for_the_number_of_units__is_the_narrowest() -> None:
    widths = {}
    for tuned_for in (10, 6461, 100_000):
        found = sequence_interval(0.0, 1.0, 6461, tuned_for=tuned_for)
        assert found is not None
        widths[tuned_for] = found.high

    assert min(widths, key=lambda each: widths[each]) == 6461


def test_sequence__without_units_or_variation__is_not_known() -> None:
    assert sequence_interval(0.0, 1.0, 0) is None
    assert sequence_p_value(0.0, 1.0, 0, tuned_for=TUNED_FOR) is None
    assert sequence_p_value(1.0, 0.0, 10) is None
