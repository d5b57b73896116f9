"""Which offers do better with some shoppers, places, times or products than other offers do there.

An offer, or all offers of a kind, is compared with all others: its rate within a segment minus theirs,
against the same difference in the rest. A segment where everything sells well is no finding, and neither is
an offer that sells well everywhere. Offers are not assigned at random, so a finding is a reason to try
something and not a proof.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from analytics.stats.experiments.metric import mean_of_rate
from analytics.stats.experiments.patterns import (
    ArmPair,
    PatternReport,
    SegmentFinding,
    SegmentQuestion,
    find_patterns,
)
from analytics.stats.experiments.rates import Successes
from analytics.stats.proportion import LEAST_TRIALS

# What each of the four groups of a question needs. Support is decided without looking at differences, so that
# leaving questions out does not favour findings.
LEAST_UNITS: Final = LEAST_TRIALS
LEAST_EXPECTED: Final = 5
MOST_QUESTIONS: Final = 2000


class Subject(NamedTuple):
    """What is compared with all others: an offer by its code, or a kind of offers."""

    scope: str  # "offer" or "kind"
    name: str


class PatternSegment(NamedTuple):
    """Where it is compared: one value of a dimension, such as an audience or a placement."""

    dimension: str
    name: str


@dataclass(frozen=True, slots=True)
class SegmentTally:
    """Units of an offer that are in all of these segments of a dimension, and in no others of it.

    A unit is a shopper who saw the offer there. `successes` has how many of the units did what an outcome
    asks, by outcome.
    """

    dimension: str
    segments: frozenset[str]
    offer: str
    kind: str
    unit_count: int
    successes: Mapping[str, int]


class InteractionCells(NamedTuple):
    """The four groups of a question: this offer and all others, within the segment and in the rest."""

    treated_inside: Successes
    control_inside: Successes
    treated_outside: Successes
    control_outside: Successes


@dataclass(frozen=True, slots=True)
class Interaction:
    """One question, with what was counted for it."""

    outcome: str
    subject: Subject
    segment: PatternSegment
    cells: InteractionCells

    @property
    def support(self) -> int:
        """Units of the smallest of the four groups."""
        return min(each.trials for each in self.cells)


@dataclass(frozen=True, slots=True)
class InteractionReport:
    """The answers to all questions, and the interactions that remain after the correction."""

    answers: PatternReport
    survivors: tuple[tuple[Interaction, SegmentFinding], ...]


def find_interactions(tallies: Sequence[SegmentTally], outcomes: Sequence[str]) -> InteractionReport:
    """Answer all questions that the tallies support, as one family; without any, the report is empty."""
    asked = [each for outcome in outcomes for each in _questions(tallies, outcome)]
    # Those with the most support, if there are too many.
    asked.sort(key=lambda each: (-each.support, each.outcome, each.subject, each.segment))
    by_key = {str(place): each for place, each in enumerate(asked[:MOST_QUESTIONS])}
    report = find_patterns([_question(key, each.cells) for key, each in by_key.items()])
    survivors = tuple((by_key[found.question.key], found) for found in report.survivors)
    return InteractionReport(report, survivors)


def _question(key: str, cells: InteractionCells) -> SegmentQuestion:
    inside = _pair(cells.control_inside, cells.treated_inside)
    outside = _pair(cells.control_outside, cells.treated_outside)
    return SegmentQuestion(key, inside, outside)


def _pair(control: Successes, treated: Successes) -> ArmPair:
    means = mean_of_rate(control), mean_of_rate(treated)
    # Questions have units in all groups.
    assert means[0]  # noqa: S101
    assert means[1]  # noqa: S101
    return ArmPair(means[0], means[1])


def _questions(tallies: Sequence[SegmentTally], outcome: str) -> Iterator[Interaction]:
    """Yield the supported questions of an outcome; of two that are each other's mirror, one."""
    for dimension in sorted({each.dimension for each in tallies}):
        sums = _sums([each for each in tallies if each.dimension == dimension], outcome)
        seen: set[tuple[Hashable, Hashable]] = set()
        for subject, name in sorted(sums.pairs()):
            cells = sums.cells(subject, name)
            # Of two segments, or of two offers, one asks about the same four groups as the other.
            groups = frozenset([frozenset(cells[:2]), frozenset(cells[2:])])
            mine: set[tuple[Hashable, Hashable]] = {(groups, subject), (groups, name)}
            if _is_supported(cells) and seen.isdisjoint(mine):
                yield Interaction(outcome, subject, PatternSegment(dimension, name), cells)
            seen |= mine


def _is_supported(cells: InteractionCells) -> bool:
    """Return whether each group has enough units, and expects enough successes and failures of them."""
    trials = sum(each.trials for each in cells)
    count = sum(each.count for each in cells)
    smallest = min(each.trials for each in cells)
    return smallest >= LEAST_UNITS and smallest * min(count, trials - count) >= LEAST_EXPECTED * trials


class _Sums:
    """Units and successes of a dimension: in all, by subject, by segment, and by both."""

    def __init__(self) -> None:
        self._units: Counter[tuple[Subject | None, str | None]] = Counter()
        self._successes: Counter[tuple[Subject | None, str | None]] = Counter()

    def add(self, tally: SegmentTally, subjects: Iterable[Subject | None], outcome: str) -> None:
        """Add a tally to everything it belongs to."""
        for subject in subjects:
            for name in (None, *tally.segments):
                self._units[subject, name] += tally.unit_count
                self._successes[subject, name] += tally.successes[outcome]

    def pairs(self) -> set[tuple[Subject, str]]:
        """Return the subjects and segments that occur together."""
        return {(subject, name) for subject, name in self._units if subject is not None and name is not None}

    def cells(self, subject: Subject, name: str) -> InteractionCells:
        """Return the four groups of a question."""
        inside, everywhere = self._at(subject, name), self._at(subject, None)
        others, all_others = self._at(None, name), self._at(None, None)
        control = _minus(others, inside)
        outside = _minus(everywhere, inside)
        return InteractionCells(inside, control, outside, _minus(_minus(all_others, others), outside))

    def _at(self, subject: Subject | None, name: str | None) -> Successes:
        return Successes(self._successes[subject, name], self._units[subject, name])


def _minus(whole: Successes, part: Successes) -> Successes:
    return Successes(whole.count - part.count, whole.trials - part.trials)


def _sums(tallies: Sequence[SegmentTally], outcome: str) -> _Sums:
    offers: dict[str, set[str]] = defaultdict(set)
    for tally in tallies:
        offers[tally.kind].add(tally.offer)
    sums = _Sums()
    for tally in tallies:
        subjects: list[Subject | None] = [None, Subject("offer", tally.offer)]
        # A kind with a single offer would ask the same question twice.
        if len(offers[tally.kind]) > 1:
            subjects.append(Subject("kind", tally.kind))
        sums.add(tally, subjects, outcome)
    return sums
