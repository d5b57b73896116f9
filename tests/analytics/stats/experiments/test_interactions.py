"""Offers that do better somewhere than others do, in Hillstrom's experiment and by hand."""

from random import Random

import pytest

from analytics.stats.experiments.interactions import (
    LEAST_UNITS,
    MOST_QUESTIONS,
    PatternSegment,
    SegmentTally,
    Subject,
    find_interactions,
)
from analytics.stats.experiments.rates import Successes
from tests.analytics.stats.experiments.hillstrom import MENS, NONE, TRAITS, WOMENS, read_cube


def mails(mail: str) -> list[SegmentTally]:
    """Return Hillstrom's customers of a mail and of none, once for each trait."""
    return [
        SegmentTally(
            dimension=trait,
            segments=frozenset([row[trait]]),
            offer=row["segment"],
            kind=row["segment"],
            unit_count=int(row["n"]),
            successes={"visit": int(row["visit"]), "conv": int(row["conv"])},
        )
        for row in read_cube()
        for trait in TRAITS
        if row["segment"] in {mail, NONE}
    ]


def tally(segment: str, offer: str, kind: str, units: int, count: int) -> SegmentTally:
    return SegmentTally("placement", frozenset([segment]), offer, kind, units, {"accepted": count})


def test_interactions__of_the_womens_mail__are_with_what_was_bought_before() -> None:
    report = find_interactions(mails(WOMENS), ["visit", "conv"])

    # The known findings, without their mirrors.
    found = {(each.outcome, each.segment.dimension) for each, _answer in report.survivors}
    assert found == {("visit", "womens"), ("visit", "mens")}
    by_dimension = {each.segment.dimension: (each, answer) for each, answer in report.survivors}
    interaction, answer = by_dimension["womens"]
    groups = {frozenset(interaction.cells[:2]), frozenset(interaction.cells[2:])}
    assert frozenset([Successes(2171, 11_765), Successes(1300, 11_668)]) in groups
    # +7.31 points against +1.11.
    assert abs(answer.difference.value) == pytest.approx(0.0620, abs=1e-4)


def test_interactions__of_the_mens_mail__are_none() -> None:
    report = find_interactions(mails(MENS), ["visit", "conv"])

    assert report.answers.looked_significant > 0
    assert report.survivors == ()


def test_question__has_the_four_groups_by_hand() -> None:
    tallies = [
        tally("cart", "tea", "add_on", 400, 120),
        tally("cart", "jam", "bundle", 400, 40),
        tally("page", "tea", "add_on", 400, 40),
        tally("page", "jam", "bundle", 400, 40),
    ]

    report = find_interactions(tallies, ["accepted"])

    # Of two offers and two placements, all four questions are the same one.
    [(interaction, answer)] = report.survivors
    assert len(report.answers.findings) == 1
    assert (interaction.subject, interaction.segment) == (
        Subject("offer", "jam"),
        PatternSegment("placement", "cart"),
    )
    assert [each.count for each in interaction.cells] == [40, 120, 40, 40]
    assert answer.difference.value == pytest.approx(-0.2)


def test_kind__of_several_offers__is_asked_about_as_well() -> None:
    tallies = [
        tally(place, offer, kind, 1000, 300 if (place, kind) == ("cart", "add_on") else 100)
        for place in ("cart", "page")
        for offer, kind in (("tea", "add_on"), ("cup", "add_on"), ("jam", "bundle"), ("pot", "bundle"))
    ]

    report = find_interactions(tallies, ["accepted"])

    assert Subject("kind", "add_on") in {each.subject for each, _answer in report.survivors}


def test_audience__overlapping_another__has_everybody_else_as_the_rest() -> None:
    tallies = [
        SegmentTally("audience", frozenset(segments), offer, offer, 500, {"accepted": count})
        for offer, counts in (("tea", (250, 50, 50)), ("jam", (50, 50, 50)))
        for segments, count in zip((("1", "2"), ("2",), ()), counts, strict=True)
    ]

    report = find_interactions(tallies, ["accepted"])

    first = next(each for each, _answer in report.survivors if each.segment.name == "1")
    assert [each.trials for each in first.cells] == [500, 500, 1000, 1000]


def test_questions__without_support__are_not_asked() -> None:
    few = [
        tally(place, offer, offer, LEAST_UNITS - 1, 50)
        for place in ("cart", "page")
        for offer in ("tea", "jam")
    ]
    rare = [tally(place, offer, offer, 1000, 4) for place in ("cart", "page") for offer in ("tea", "jam")]

    assert find_interactions(few, ["accepted"]).answers.findings == ()
    assert find_interactions(rare, ["accepted"]).answers.findings == ()
    assert find_interactions([], ["accepted"]).survivors == ()


def test_questions__too_many__are_those_with_the_most_support() -> None:
    chance = Random(1)  # noqa: S311 (a test)
    tallies = [
        tally(f"place-{place}", f"offer-{offer}", "add_on", 200 + place, chance.randint(20, 60))
        for place in range(60)
        for offer in range(60)
    ]

    report = find_interactions(tallies, ["accepted"])

    assert len(report.answers.findings) == MOST_QUESTIONS
    assert min(each.question.segment.treated.unit_count for each in report.answers.findings) > 220
