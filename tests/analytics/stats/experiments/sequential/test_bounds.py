"""Bounds of looks against Jennison and Turnbull's tables, SAS and gsDesign."""

from math import inf

import numpy as np
import pytest

from analytics.stats.experiments.sequential.bounds import (
    classical_bounds,
    repeated_interval,
    spending_bounds,
)
from analytics.stats.experiments.sequential.spending import (
    SpendingFunction,
    obrien_fleming_spending,
    pocock_spending,
)

pytestmark = pytest.mark.numeric


@pytest.mark.parametrize(
    ("look_count", "pocock", "obrien_fleming"),
    # C. Jennison and B. W. Turnbull, "Group Sequential Methods" (1999), tables 2.1 and 2.3; two-sided 5 %.
    [
        (2, 2.178, 1.977),
        (3, 2.289, 2.004),
        (4, 2.361, 2.024),
        (5, 2.413, 2.040),
        (10, 2.555, 2.087),
    ],
)
def test_classical_bounds__of_equal_looks__are_those_of_the_tables(
    look_count: int, pocock: float, obrien_fleming: float
) -> None:
    flat, steep = classical_bounds(look_count), classical_bounds(look_count, shape=0.5)

    assert flat == pytest.approx([pocock] * look_count, abs=6e-4)
    looks = np.arange(1, look_count + 1)
    assert steep == pytest.approx(obrien_fleming * np.sqrt(look_count / looks), rel=3e-4)


def test_spending_bounds__in_the_manner_of_obrien_and_fleming__are_published_ones() -> None:
    # gsDesign's benchmarks (keaven/gsDesign); the first of four is also SAS's.
    five, four = spending_bounds((0.2, 0.4, 0.6, 0.8, 1.0)), spending_bounds((0.25, 0.5, 0.75, 1.0))

    assert five == pytest.approx((4.8769, 3.3570, 2.6803, 2.2898, 2.0310), abs=6e-5)
    assert four == pytest.approx((4.3326, 2.9631, 2.3590, 2.0141), abs=6e-5)


def test_spending_bounds__in_the_manner_of_pocock__are_published_ones() -> None:
    found = spending_bounds((0.2, 0.4, 0.6, 0.8, 1.0), spending=pocock_spending)

    assert found == pytest.approx((2.4380, 2.4268, 2.4102, 2.3966, 2.3860), abs=6e-5)


def test_spending_bounds__of_one_look_at_the_end__is_that_of_a_plain_test() -> None:
    assert spending_bounds((1.0,)) == pytest.approx((1.959964,), abs=1e-6)


def test_spending_bounds__of_past_looks__do_not_depend_on_later_ones() -> None:
    fractions = (0.1, 0.35, 0.4, 0.9)

    assert spending_bounds(fractions)[:3] == spending_bounds(fractions[:3])


def test_spending_bounds__of_looks_that_add_nothing__decide_nothing() -> None:
    found = spending_bounds((0.5, 0.5, 0.50001, 1.0, 1.3))

    assert found[1:3] == (inf, inf)
    assert found[4] == inf
    assert (found[0], found[3]) == pytest.approx(spending_bounds((0.5, 1.0)))
    assert spending_bounds(()) == ()


@pytest.mark.parametrize("spending", [obrien_fleming_spending, pocock_spending])
def test_spending_bounds__at_fifty_uneven_looks__give_few_false_verdicts(
    spending: SpendingFunction,
) -> None:
    rng = np.random.default_rng(7)
    fractions = [*np.sort(rng.uniform(0.01, 1, 49)).tolist(), 1.0]
    steps = np.sqrt(np.diff(fractions, prepend=0.0))
    walks = (rng.standard_normal((10_000, 50)) * steps).cumsum(axis=1) / np.sqrt(fractions)

    crossed = (np.abs(walks) > spending_bounds(fractions, spending=spending)).any(axis=1).mean()

    # Exact is 5 %; the standard error of 10,000 walks is .2 %.
    assert 0.043 < crossed < 0.057


def test_repeated_interval__of_a_look__is_as_wide_as_its_bound() -> None:
    found = repeated_interval(1.0, 0.5, 2.5)

    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, -0.25, 2.25)
    assert repeated_interval(1.0, 0.5, inf) is None
