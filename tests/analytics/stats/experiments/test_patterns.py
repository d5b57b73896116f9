"""Segments for whom a mail works better, in Hillstrom's experiment."""

import pytest

from analytics.stats.experiments.metric import ArmMean
from analytics.stats.experiments.patterns import ArmPair, SegmentQuestion, find_patterns
from analytics.stats.experiments.rates import newcombe
from tests.analytics.stats.experiments.hillstrom import (
    MENS,
    NONE,
    WOMENS,
    question,
    questions,
    rate,
    read_cube,
)


def test_patterns__of_visits_and_purchases__are_four_of_fifteen_that_look_significant() -> None:
    report = find_patterns(questions())

    # 19 segments, 2 mails and 2 metrics. With recency and spending, 20 of 186 look significant; the same four
    # survive.
    assert len(report.findings) == 76
    assert report.looked_significant == 15
    assert {each.question.key for each in report.survivors} == {
        f"{WOMENS} visit {trait}={value}" for trait in ("womens", "mens") for value in "01"
    }


def test_patterns__of_purchases_alone__all_fail_the_correction() -> None:
    report = find_patterns([each for each in questions() if " conv " in each.key])

    assert report.looked_significant == 9
    assert report.survivors == ()


def test_pattern__of_the_clearest_finding__is_seven_points_against_one() -> None:
    found = question(WOMENS, "visit", "womens", "1")

    assert (rate(WOMENS, "visit", "womens", "1").count, found.segment.treated.unit_count) == (2171, 11_765)
    assert (rate(NONE, "visit", "womens", "1").count, found.segment.control.unit_count) == (1300, 11_668)
    assert found.segment.effect == pytest.approx(0.0731, abs=5e-5)
    assert found.rest.effect == pytest.approx(0.0111, abs=5e-5)


def test_segments__by_their_own_effects__would_all_be_winners() -> None:
    values = {
        (trait, row[trait]) for row in read_cube() for trait in ("mens", "womens", "zip_code", "channel")
    }

    effects = [
        newcombe(rate(NONE, "visit", *each), rate(arm, "visit", *each))
        for each in values
        for arm in (MENS, WOMENS)
    ]

    assert all(found and found.is_positive for found in effects)


def test_patterns__without_variation_or_questions__are_none() -> None:
    still = ArmPair(ArmMean(5, 1.0, 0.0), ArmMean(5, 1.0, 0.0))

    assert find_patterns([SegmentQuestion("all alike", still, still)]).findings == ()
    assert find_patterns([]).looked_significant == 0
