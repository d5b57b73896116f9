"""For whom a treatment works better than for the rest.

Each question is an interaction: the effect within a segment minus the effect in the rest. The effect within a
segment alone would call every segment a winner as soon as the treatment works for all. All questions of a
family are corrected together (Benjamini and Hochberg), whatever they found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.experiments.effect import MeanEffect
from analytics.stats.experiments.means import ALPHA, effect_of
from analytics.stats.experiments.metric import ArmMean
from analytics.stats.experiments.multiple import Correction, adjusted_p_values


@dataclass(frozen=True, slots=True)
class ArmPair:
    """A metric of both arms among the same people."""

    control: ArmMean
    treated: ArmMean

    @property
    def effect(self) -> float:
        """Treated minus control."""
        return self.treated.mean - self.control.mean

    @property
    def squared_error(self) -> float:
        """Squared standard error of the effect."""
        return self.treated.squared_error + self.control.squared_error

    @property
    def unit_count(self) -> int:
        """Units of both arms."""
        return self.treated.unit_count + self.control.unit_count


@dataclass(frozen=True, slots=True)
class SegmentQuestion:
    """Does the treatment do more for the segment than for the rest? `key` names segment, arm and metric."""

    key: str
    segment: ArmPair
    rest: ArmPair


@dataclass(frozen=True, slots=True)
class SegmentFinding:
    """The answer: the difference of the two effects, before and after the correction."""

    question: SegmentQuestion
    difference: MeanEffect
    adjusted_p_value: float


@dataclass(frozen=True, slots=True)
class PatternReport:
    """All answers of a family, the clearest first."""

    findings: tuple[SegmentFinding, ...]
    alpha: float

    @property
    def looked_significant(self) -> int:
        """How many would have been called significant one by one."""
        return sum(each.difference.p_value < self.alpha for each in self.findings)

    @property
    def survivors(self) -> tuple[SegmentFinding, ...]:
        """Those that remain after the correction."""
        return tuple(each for each in self.findings if each.adjusted_p_value < self.alpha)


def find_patterns(questions: Sequence[SegmentQuestion], *, alpha: float = ALPHA) -> PatternReport:
    """Return the answers to a family of questions; those without variation are not counted."""
    differences = [(question, _difference(question, alpha)) for question in questions]
    known = [(question, found) for question, found in differences if found is not None]
    p_values = np.array([found.p_value for _, found in known])
    adjusted = adjusted_p_values(p_values, Correction.BENJAMINI_HOCHBERG)
    findings = [
        SegmentFinding(question, found, float(p_value))
        for (question, found), p_value in zip(known, adjusted, strict=True)
    ]
    return PatternReport(tuple(sorted(findings, key=lambda each: each.difference.p_value)), alpha)


def _difference(question: SegmentQuestion, alpha: float) -> MeanEffect | None:
    squared_error = question.segment.squared_error + question.rest.squared_error
    return effect_of(question.segment.effect - question.rest.effect, squared_error, alpha=alpha)
