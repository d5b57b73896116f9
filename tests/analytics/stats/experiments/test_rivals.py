"""Which offers lower the acceptance of others."""

import pytest

from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.rivals import RivalKey, Stratum, find_rivals, mantel_haenszel

KEY = RivalKey("cart", "loud")


def stratum(a: int, n1: int, b: int, n0: int) -> Stratum:
    return Stratum(Successes(a, n1), Successes(b, n0))


def test_mantel_haenszel__one_stratum__is_the_difference_of_the_rates() -> None:
    difference, _p_value = mantel_haenszel([stratum(30, 1000, 60, 1000)])

    # Wald: ±1.96·√(0.03·0.97/1000 + 0.06·0.94/1000).
    assert difference.value == pytest.approx(-0.03)
    assert (difference.low, difference.high) == pytest.approx((-0.0481, -0.0119), abs=2e-4)


def test_find_rivals__others_only_further_down__are_not_harmed() -> None:
    # Beside the offer, others are mostly in the second position, where fewer are accepted anyway.
    strata = [stratum(10, 100, 90, 900), stratum(45, 900, 5, 100)]

    report = find_rivals({KEY: strata})

    assert (report.rivals, report.compared_count) == ((), 1)


def test_find_rivals__lower_in_each_position__is_named_with_its_interval() -> None:
    report = find_rivals({KEY: [stratum(60, 1000, 100, 1000), stratum(30, 1000, 60, 1000)]})

    (rival,) = report.rivals
    assert rival.key == KEY
    assert rival.difference.value == pytest.approx(-0.035)
    assert rival.difference.high < 0


@pytest.mark.parametrize("strata", [[], [stratum(0, 99, 50, 1000)], [stratum(2, 500, 3, 500)]])
def test_find_rivals__few_views_or_acceptances__says_that_there_is_not_enough_data(
    strata: list[Stratum],
) -> None:
    report = find_rivals({KEY: strata})

    assert (report.rivals, report.too_few_count) == ((), 1)
