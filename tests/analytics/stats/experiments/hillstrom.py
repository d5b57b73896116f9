"""The e-mail experiment of Kevin Hillstrom: the public MineThatData E-Mail Analytics Challenge of 2008.

`hillstrom_cube.csv` holds its 64,000 customers as counts: one row for each mail and combination of traits.
The squares of spending are not in it; those of the arms are here.
"""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

from analytics.stats.experiments.metric import mean_of_rate
from analytics.stats.experiments.patterns import ArmPair, SegmentQuestion
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.sums import Sums

MENS, WOMENS, NONE = "Mens E-Mail", "Womens E-Mail", "No E-Mail"
TRAITS = ("history_segment", "mens", "womens", "zip_code", "newbie", "channel")
SPEND_SQUARES = {MENS: 6_759_024.0, WOMENS: 4_911_447.0, NONE: 2_870_050.0}


@cache
def read_cube() -> tuple[dict[str, str], ...]:
    """Return the rows of the cube."""
    with (Path(__file__).parent / "hillstrom_cube.csv").open(newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def totals() -> dict[str, Counter[tuple[str, str, str]]]:
    """Return n, visit and conv by arm, trait and value; the trait "" is the whole arm."""
    names = ("n", "visit", "conv")
    found: dict[str, Counter[tuple[str, str, str]]] = {name: Counter() for name in names}
    for row in read_cube():
        for name, counter in found.items():
            for trait, value in (("", ""), *((trait, row[trait]) for trait in TRAITS)):
                counter[row["segment"], trait, value] += int(row[name])
    return found


def rate(arm: str, metric: str, trait: str = "", value: str = "") -> Successes:
    """Return how many customers of the arm visited or bought."""
    return Successes(totals()[metric][arm, trait, value], totals()["n"][arm, trait, value])


def spend_per_customer(arm: str) -> Sums:
    """Return the sums of spending and visits: buyers have visited, so the products are known."""
    spend = sum(float(row["spend"]) for row in read_cube() if row["segment"] == arm)
    visits = rate(arm, "visit")
    products = ((SPEND_SQUARES[arm], spend), (spend, float(visits.count)))
    return Sums(visits.trials, (spend, float(visits.count)), products)


def questions() -> list[SegmentQuestion]:
    """Return all questions of the cube: each value of a trait against the rest, by mail and metric."""
    values = {(trait, row[trait]) for row in read_cube() for trait in TRAITS}
    return [
        question(arm, metric, trait, value)
        for arm in (MENS, WOMENS)
        for metric in ("visit", "conv")
        for trait, value in sorted(values)
    ]


def question(arm: str, metric: str, trait: str, value: str) -> SegmentQuestion:
    """Return the question of one segment, mail and metric."""
    inside = {each: rate(each, metric, trait, value) for each in (NONE, arm)}
    whole = {each: rate(each, metric) for each in (NONE, arm)}
    outside = {
        each: Successes(whole[each].count - part.count, whole[each].trials - part.trials)
        for each, part in inside.items()
    }
    segment, rest = (pair(part[NONE], part[arm]) for part in (inside, outside))
    return SegmentQuestion(f"{arm} {metric} {trait}={value}", segment, rest)


def pair(control: Successes, treated: Successes) -> ArmPair:
    """Return two rates as a pair of means."""
    means = mean_of_rate(control), mean_of_rate(treated)
    assert means[0]
    assert means[1]
    return ArmPair(means[0], means[1])
