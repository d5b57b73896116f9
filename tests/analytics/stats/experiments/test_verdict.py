"""The sentence about an experiment, and what takes it away."""

from typing import Any

import pytest

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.exposures import LostExposures
from analytics.stats.experiments.verdict import (
    PARAMETERS,
    ExperimentLook,
    ExperimentState,
    Guardrail,
    VerdictKind,
    verdict_of,
)

GAIN, LOSS = EffectInterval(0.1, 0.05, 0.15), EffectInterval(-0.1, -0.15, -0.05)
OPEN, SMALL = EffectInterval(0.02, -0.05, 0.09), EffectInterval(0.001, -0.004, 0.006)
LOST = LostExposures(1, 0.04, 0.02)
HARM = Guardrail("returns", EffectInterval(0.03, 0.01, 0.05), is_higher_better=False)


def look(
    effect: EffectInterval | None, state: ExperimentState = ExperimentState.RUNNING, **known: Any
) -> ExperimentLook:
    return ExperimentLook(state, effect, 0.08, **known)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (look(GAIN), VerdictKind.BETTER),
        (look(LOSS), VerdictKind.WORSE),
        (look(LOSS, is_higher_better=False), VerdictKind.BETTER),
        (look(GAIN, is_higher_better=False), VerdictKind.WORSE),
        (look(OPEN), VerdictKind.TOO_EARLY),
        (look(OPEN, ExperimentState.STOPPED), VerdictKind.ENDED_EARLY),
        (look(OPEN, ExperimentState.ENDED), VerdictKind.NO_DIFFERENCE_SEEN),
        (look(SMALL, negligible=0.01), VerdictKind.NO_DIFFERENCE_SEEN),
        (look(OPEN, negligible=0.01), VerdictKind.TOO_EARLY),
        (look(None), VerdictKind.NO_DATA),
        (look(GAIN, guardrails=(HARM,)), VerdictKind.BETTER_WITH_HARM),
        (look(LOSS, guardrails=(HARM,)), VerdictKind.WORSE),
        (look(GAIN, broken_phase=1), VerdictKind.BROKEN_SPLIT),
        (look(GAIN, lost_exposures=LOST), VerdictKind.LOST_EXPOSURES),
        (look(None, broken_phase=0, lost_exposures=LOST), VerdictKind.BROKEN_SPLIT),
    ],
)
def test_verdict__of_a_look__is_one_sentence_with_its_parameters(
    seen: ExperimentLook, kind: VerdictKind
) -> None:
    found = verdict_of(seen)

    assert found.kind is kind
    assert tuple(found.parameters) == PARAMETERS[kind]


def test_verdict__too_early__says_what_cannot_be_seen_yet() -> None:
    assert verdict_of(look(OPEN)).parameters["smallest_effect"] == 0.08


def test_verdict__of_a_fall_of_what_should_fall__is_a_gain() -> None:
    found = verdict_of(look(LOSS, is_higher_better=False)).parameters

    assert (found["value"], found["low"], found["high"]) == (0.1, 0.05, 0.15)


@pytest.mark.parametrize(
    ("guardrail", "is_harmed"),
    [
        (HARM, True),
        (Guardrail("margin", LOSS, is_higher_better=True), True),
        (Guardrail("margin", LOSS, is_higher_better=True, tolerance=0.06), False),
        (Guardrail("margin", OPEN, is_higher_better=True), False),
        (Guardrail("margin", None, is_higher_better=True), False),
    ],
)
def test_guardrail__is_harmed__when_the_whole_interval_is_worse(
    guardrail: Guardrail, *, is_harmed: bool
) -> None:
    assert guardrail.is_harmed is is_harmed


def test_parameters__of_sentences__are_named_for_each_kind() -> None:
    assert set(PARAMETERS) == set(VerdictKind)
