"""What is counted: an experiment or the groups of the shop, by code, arms and phases."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate, make_aware

from analytics.stats.experiments.verdict import ExperimentState

# More looks than this change a bound by less than 1 %, and take seconds to compute.
_MOST_LOOKS: Final = 100


@dataclass(frozen=True, slots=True)
class TrialPhase:
    """The time in which the split did not change: `starts_at` <= t < `ends_at`.

    weights: of each arm, in the order of the trial's arms; only their ratio matters.
    """

    number: int
    weights: tuple[float, ...]
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What is compared. The first arm is the control.

    `ends_at` is the planned end, None for an open one. `stopped_at` is when it really ended.
    """

    code: str
    arms: tuple[str, ...]
    phases: tuple[TrialPhase, ...]
    primary: str
    guardrails: tuple[str, ...] = ()
    ends_at: datetime | None = None
    stopped_at: datetime | None = None
    is_few_false: bool = False  # Benjamini and Hochberg in place of Holm

    def is_over_at(self, at: datetime) -> bool:
        """Return whether nothing more is counted after this moment."""
        return _first(at, self.ends_at, self.stopped_at) < at

    def state_at(self, at: datetime) -> ExperimentState:
        """Return where the experiment is."""
        if self.ends_at is not None and (self.stopped_at or at) >= self.ends_at:
            return ExperimentState.ENDED
        return ExperimentState.STOPPED if self.stopped_at else ExperimentState.RUNNING


@dataclass(frozen=True, slots=True)
class PhaseWindow:
    """The part of a phase that is counted: `start` <= t < `end`, on the days `first_day` to `last_day`."""

    start: datetime
    end: datetime
    first_day: date
    last_day: date

    @property
    def is_empty(self) -> bool:
        """Whether nothing can have been counted yet."""
        return self.start >= self.end


def counted_until(at: datetime) -> datetime:
    """Return the last midnight of the shop: only whole days are counted, so a day has one look."""
    return make_aware(datetime.combine(localdate(at), time()))


def window_of(trial: Trial, phase: TrialPhase, until: datetime) -> PhaseWindow:
    """Return what can be counted of a phase: what the journal still has, until `until`."""
    start = max(phase.starts_at, _oldest(until))
    end = _first(until, phase.ends_at, trial.ends_at, trial.stopped_at)
    return PhaseWindow(start, end, localdate(start), localdate(end - timedelta(microseconds=1)))


def is_forgotten(phase: TrialPhase, until: datetime) -> bool:
    """Return whether the journal no longer has the first decisions of a phase."""
    return phase.starts_at < _oldest(until)


def _oldest(until: datetime) -> datetime:
    return until - timedelta(days=settings.AWASE_JOURNAL_DAYS)


def _first(*moments: datetime | None) -> datetime:
    """Return the earliest of the moments that are known; one is."""
    return min(moment for moment in moments if moment is not None)


def look_fractions(trial: Trial, until: datetime) -> tuple[float, ...] | None:
    """Return the share of the planned time at each look of the last phase, once a day; None if it is open."""
    if trial.ends_at is None:
        return None
    start = trial.phases[-1].starts_at
    planned = (trial.ends_at - start).total_seconds()
    elapsed = (_first(until, trial.ends_at, trial.stopped_at) - start).total_seconds()
    if planned <= 0 or elapsed <= 0:
        return ()
    days = max(int(elapsed // timedelta(days=1).total_seconds()), 1)
    looks = min(days, _MOST_LOOKS)
    return tuple(elapsed / planned * (place + 1) / looks for place in range(looks))
