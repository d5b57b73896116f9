"""Falls by hand: of rates, of hit rates, and of orders."""

from math import exp

import pytest

from analytics.stats.experiments.falls import chance_of_fall, chance_of_silence, falling_rates
from analytics.stats.experiments.rates import Successes


def test_rates__that_fell__are_those_that_chance_does_not_explain() -> None:
    rates = {
        "fell": (Successes(100, 1000), Successes(50, 1000)),
        "rose": (Successes(50, 1000), Successes(100, 1000)),
        "fell by chance": (Successes(100, 1000), Successes(90, 1000)),
        "few": (Successes(50, 100), Successes(0, 99)),
        "more accepted than seen": (Successes(300, 200), Successes(150, 200)),
    }

    assert falling_rates(rates, least=100) == ["more accepted than seen", "fell"]
    assert falling_rates({}, least=100) == []


def test_rates__one_of_many__has_to_be_clearer_than_one_alone() -> None:
    # 10 % to 7.4 % of 1,000 each: p = .039.
    unclear = (Successes(100, 1000), Successes(74, 1000))
    still = {f"still {number}": (Successes(100, 1000), Successes(100, 1000)) for number in range(20)}

    assert falling_rates({"one": unclear}, least=100) == ["one"]
    assert falling_rates({"one": unclear, **still}, least=100) == []


def test_hit_rate__two_standard_errors_lower__has_the_chance_of_the_normal_distribution() -> None:
    # (.26 - .30) / √(.0141² + .0141²) = -2.
    found = chance_of_fall((0.26, 0.01414214), [(0.29, 0.01414214), (0.31, 0.01414214)])

    assert found == pytest.approx(0.02275, abs=1e-5)
    assert chance_of_fall((0.26, 0.01), []) is None
    assert chance_of_fall((0.26, 0.0), [(0.3, 0.0)]) is None


def test_silence__is_poissons() -> None:
    assert chance_of_silence(28, days=28, silent_days=3) == pytest.approx(exp(-3))
    assert chance_of_silence(0, days=28, silent_days=100) == 1
