"""Which offers lower the acceptance of the others that are shown with them.

Each other offer of the placement is compared with itself in the same position, with the offer and without it.
The risk difference of Mantel and Haenszel adds the comparisons up, with the variance of Sato (Greenland and
Robins, Biometrics 41, 1985; Sato, Biometrics 45, 1989). All offers are one family, corrected by Benjamini and
Hochberg. Pages that show an offer may differ from those that do not, so a finding is no proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final, NamedTuple

import numpy as np

from analytics.stats.experiments.effect import EffectInterval
from analytics.stats.experiments.multiple import Correction, adjusted_p_values
from analytics.stats.experiments.rates import Successes
from analytics.stats.proportion import LEAST_TRIALS, Z_95

ALPHA: Final = 0.05
# Fewer acceptances of the others than this say nothing.
LEAST_ACCEPTED: Final = 10


class Stratum(NamedTuple):
    """The answers to one other offer in one position, with and without the offer in question."""

    present: Successes
    absent: Successes


class RivalKey(NamedTuple):
    """An offer, by its code, in a placement."""

    placement: str
    offer: str


@dataclass(frozen=True, slots=True)
class Rival:
    """An offer that lowers the acceptance of others; the difference of rates is below 0."""

    key: RivalKey
    present: Successes
    absent: Successes
    difference: EffectInterval
    adjusted_p_value: float


@dataclass(frozen=True, slots=True)
class RivalReport:
    """The rivals, the clearest first; how many offers were compared, and how many lack data for it."""

    rivals: tuple[Rival, ...]
    compared_count: int
    too_few_count: int


def find_rivals(strata: Mapping[RivalKey, Sequence[Stratum]]) -> RivalReport:
    """Compare each offer, and return those that lower the acceptance of others with certainty."""
    found: list[tuple[RivalKey, Stratum, EffectInterval, float]] = []
    for key, all_of_key in strata.items():
        comparable = [one for one in all_of_key if one.present.trials and one.absent.trials]
        total = _total(comparable)
        if min(total.present.trials, total.absent.trials) < LEAST_TRIALS:
            continue
        if total.present.count + total.absent.count < LEAST_ACCEPTED:
            continue
        found.append((key, total, *mantel_haenszel(comparable)))
    adjusted = adjusted_p_values(np.array([one[3] for one in found]), Correction.BENJAMINI_HOCHBERG)
    rivals = [
        Rival(key, total.present, total.absent, difference, float(p_value))
        for (key, total, difference, _p), p_value in zip(found, adjusted, strict=True)
        if difference.value < 0 and p_value < ALPHA
    ]
    rivals.sort(key=lambda one: (one.adjusted_p_value, one.key))
    return RivalReport(tuple(rivals), len(found), len(strata) - len(found))


def mantel_haenszel(strata: Sequence[Stratum]) -> tuple[EffectInterval, float]:
    """Return the difference of the rates with and without, its 95 % interval, and its two-sided p-value.

    Each stratum has trials on both sides, and there are acceptances.
    """
    table = np.array([(*_pair(one.present), *_pair(one.absent)) for one in strata], np.float64)
    a, n1, b, n0 = table.T
    total = n1 + n0
    weight = float((n1 * n0 / total).sum())
    value = float(((a * n0 - b * n1) / total).sum()) / weight
    skew = float(((n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / total**2).sum())
    spread = float(((a * (n0 - b) + b * (n1 - a)) / (2 * total)).sum())
    error = sqrt(max(value * skew + spread, 0.0)) / weight
    p_value = erfc(abs(value) / error / sqrt(2)) if error else 1.0
    return EffectInterval(value, value - Z_95 * error, value + Z_95 * error), p_value


def _pair(rate: Successes) -> tuple[int, int]:
    return rate.count, rate.trials


def _total(strata: Sequence[Stratum]) -> Stratum:
    none = Successes(0, 0)
    present, absent = none, none
    for one in strata:
        present, absent = present + one.present, absent + one.absent
    return Stratum(present, absent)
