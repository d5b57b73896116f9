"""Compare what the server says it showed with what browsers say was seen.

Some exposures are never reported: pages are closed and scripts are blocked. That is the same in all arms if
the arms differ only in what they show. A share that differs between arms, or is large, spoils an experiment,
and the split of visitors does not show it: a loss of 2 % in one arm of 50,000 visitors is invisible to a test
of the split.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analytics.stats.experiments.rates import Successes, newcombe, rates_p_value

# More exposures than this share that were never reported spoil the results of any arm.
MOST_MISSING: Final = 0.2
# Smaller differences between arms are not worth stopping for, however certain.
LEAST_GAP: Final = 0.005
# Strict, because it is looked at every day.
_GAP_LEVEL: Final = 0.001


@dataclass(frozen=True, slots=True)
class ExposureCounts:
    """Exposures of one arm: shown by the server, and those of them that were reported as seen."""

    shown: int
    seen: int

    @property
    def missing(self) -> Successes:
        """Exposures that were never reported; a report too many is not negative."""
        return Successes(max(self.shown - self.seen, 0), self.shown)


@dataclass(frozen=True, slots=True)
class LostExposures:
    """The arm that lost too many exposures."""

    arm: int
    missing_share: float  # 0-1
    other_share: float  # of the arm that lost least, 0-1


def lost_exposures(arms: Sequence[ExposureCounts]) -> LostExposures | None:
    """Return the arm that lost most exposures if it spoils the experiment, otherwise None.

    Arms that showed nothing, such as a holdout, are left out.
    """
    shares = [(arm.missing.rate, index) for index, arm in enumerate(arms) if arm.shown]
    if not shares:
        return None
    (least_share, least), (most_share, most) = min(shares), max(shares)
    if most_share > MOST_MISSING or _is_gap(arms[least].missing, arms[most].missing):
        return LostExposures(most, most_share, least_share)
    return None


def _is_gap(least: Successes, most: Successes) -> bool:
    """Return whether the arms certainly differ, and by more than what is worth stopping for."""
    difference, p_value = newcombe(least, most), rates_p_value(least, most)
    if difference is None or p_value is None:
        return False
    return difference.value > LEAST_GAP and p_value < _GAP_LEVEL
