"""Say in one sentence what an experiment has shown.

The words are the application's: each kind of verdict is one sentence, and PARAMETERS names what it is filled
with. What would make the result worthless comes first: a broken split or lost exposures leave no verdict
about the effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.exposures import LostExposures


class VerdictKind(StrEnum):
    """The sentence. Shares and effects are from 0 to 1; effects may be relative or in the metric's unit."""

    # The split of phase {phase} is not what was configured: the arms are not comparable.
    BROKEN_SPLIT = "broken_split"
    # {missing_share} of the exposures of arm {arm} were never reported, against {other_share}: no verdict.
    LOST_EXPOSURES = "lost_exposures"
    # Nothing can be said yet: an arm has no data.
    NO_DATA = "no_data"
    # Better by {value}, between {low} and {high}.
    BETTER = "better"
    # Better by {value}, between {low} and {high}, but it harms {guardrails}.
    BETTER_WITH_HARM = "better_with_harm"
    # Worse by {value}, between {low} and {high}.
    WORSE = "worse"
    # No difference that matters: between {low} and {high}.
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    # Stopped before its end without a difference: between {low} and {high}. A real difference below
    # {smallest_effect} could not be seen.
    ENDED_EARLY = "ended_early"
    # Too early: a real difference below {smallest_effect} cannot be seen yet.
    TOO_EARLY = "too_early"


_INTERVAL: Final = ("value", "low", "high")
PARAMETERS: Final[Mapping[VerdictKind, tuple[str, ...]]] = MappingProxyType(
    {
        VerdictKind.BROKEN_SPLIT: ("phase",),
        VerdictKind.LOST_EXPOSURES: ("arm", "missing_share", "other_share"),
        VerdictKind.NO_DATA: (),
        VerdictKind.BETTER: _INTERVAL,
        VerdictKind.BETTER_WITH_HARM: (*_INTERVAL, "guardrails"),
        VerdictKind.WORSE: _INTERVAL,
        VerdictKind.NO_DIFFERENCE_SEEN: _INTERVAL,
        VerdictKind.ENDED_EARLY: (*_INTERVAL, "smallest_effect"),
        VerdictKind.TOO_EARLY: (*_INTERVAL, "smallest_effect"),
    }
)


class ExperimentState(StrEnum):
    """Where an experiment is."""

    RUNNING = "running"
    ENDED = "ended"  # at its planned end
    STOPPED = "stopped"  # earlier, or without a planned end


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A metric that must not become worse while the main one improves."""

    key: str
    effect: EffectInterval | None  # None: not known
    is_higher_better: bool
    tolerance: float = 0.0  # a loss up to this is accepted, in the unit of the effect

    @property
    def is_harmed(self) -> bool:
        """Whether the whole interval is worse than what is accepted."""
        if self.effect is None:
            return False
        gain = self.effect if self.is_higher_better else self.effect.reversed()
        return gain.high < -self.tolerance


@dataclass(frozen=True, slots=True)
class ExperimentLook:
    """What is known of an experiment at one look.

    The interval is one that may be read at this look: from spending bounds, a confidence sequence, or after
    the end.
    """

    state: ExperimentState
    effect: EffectInterval | None  # None: an arm has no data
    smallest_effect: float | None  # what would probably have been seen by now; None: nothing
    is_higher_better: bool = True
    negligible: float | None = None  # a difference below this does not matter; None: not declared
    guardrails: tuple[Guardrail, ...] = ()
    broken_phase: int | None = None
    lost_exposures: LostExposures | None = None


@dataclass(frozen=True, slots=True)
class ExperimentVerdict:
    """The kind of sentence and its parameters: those of PARAMETERS. A gain is positive for any metric."""

    kind: VerdictKind
    parameters: Mapping[str, object] = field(default_factory=dict)


def verdict_of(look: ExperimentLook) -> ExperimentVerdict:
    """Return what the experiment has shown at this look."""
    if look.broken_phase is not None:
        return ExperimentVerdict(VerdictKind.BROKEN_SPLIT, {"phase": look.broken_phase})
    if lost := look.lost_exposures:
        shares = {"missing_share": lost.missing_share, "other_share": lost.other_share}
        return ExperimentVerdict(VerdictKind.LOST_EXPOSURES, {"arm": lost.arm, **shares})
    if look.effect is None:
        return ExperimentVerdict(VerdictKind.NO_DATA)
    gain = look.effect if look.is_higher_better else look.effect.reversed()
    harmed = tuple(each.key for each in look.guardrails if each.is_harmed)
    kind = _kind_of(gain, look, is_harmful=bool(harmed))
    known: dict[str, object] = {
        "value": gain.value,
        "low": gain.low,
        "high": gain.high,
        "guardrails": harmed,
        "smallest_effect": look.smallest_effect,
    }
    return ExperimentVerdict(kind, {name: known[name] for name in PARAMETERS[kind]})


def _kind_of(gain: EffectInterval, look: ExperimentLook, *, is_harmful: bool) -> VerdictKind:
    """Return the kind of sentence for an effect that can be trusted."""
    if gain.is_positive:
        return VerdictKind.BETTER_WITH_HARM if is_harmful else VerdictKind.BETTER
    if gain.is_negative:
        return VerdictKind.WORSE
    is_within = look.negligible is not None and max(-gain.low, gain.high) <= look.negligible
    if is_within or look.state is ExperimentState.ENDED:
        return VerdictKind.NO_DIFFERENCE_SEEN
    return VerdictKind.ENDED_EARLY if look.state is ExperimentState.STOPPED else VerdictKind.TOO_EARLY
