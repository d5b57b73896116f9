"""From what the shoppers of a bandit did to the shares of the next day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
from msgspec import Struct

from analytics.services.experiments.bandit.count import BanditCell
from analytics.services.experiments.bandit.figures import BanditArm, BanditFigures, RateEstimate, WouldConvert
from analytics.stats.arrays import Floats
from analytics.stats.experiments.bandit.delay import known_shares
from analytics.stats.experiments.bandit.off_policy import EstimatedValue, off_policy_value
from analytics.stats.experiments.bandit.posterior import BetaPosteriors
from analytics.stats.experiments.bandit.thompson import bounded_shares, matured_trials
from analytics.stats.experiments.bandit.value import is_settled, value_remaining
from analytics.stats.proportion import LEAST_TRIALS

# Days of the week differ: nothing is settled before each has been seen twice.
LEAST_DAYS: Final = 14
_WHOLE: Final = 10_000


class ArmLimits(Struct, frozen=True):
    """The smallest and the largest share of an arm, in basis points."""

    arm: str
    least_bp: int
    most_bp: int


def judge_bandit(
    limits: Sequence[ArmLimits],
    cells: Sequence[BanditCell],
    *,
    first_day: date,
    until: date,
    window_days: int,
) -> BanditFigures:
    """Return what is known before the day `until`, and its shares."""
    places = {one.arm: place for place, one in enumerate(limits)}
    daily, buyers = _daily(cells, places, first_day, until)
    mature = [cell for cell in cells if cell.day + timedelta(days=window_days) < until]
    purchases = np.zeros(window_days)
    for cell in mature:
        if cell.lag is not None:
            purchases[cell.lag] += cell.shoppers
    matured = matured_trials(daily, known_shares(purchases)) if len(daily) else np.zeros(len(limits))
    posteriors = BetaPosteriors.of(buyers, matured)
    chances = posteriors.chance_best()
    least = np.array([one.least_bp for one in limits]) / _WHOLE
    most = np.array([one.most_bp for one in limits]) / _WHOLE
    shares = in_basis_points(bounded_shares(chances, least=least, most=most))
    shoppers = daily.sum(axis=0)
    return BanditFigures(
        arms=tuple(
            BanditArm(
                arm=one.arm,
                share_bp=shares[place],
                chance=round(float(chances[place]), 6),
                shoppers=int(shoppers[place]),
                matured=round(float(matured[place]), 3),
                buyers=int(buyers[place]),
                would_convert=_would_convert(mature, one.arm),
            )
            for place, one in enumerate(limits)
        ),
        value_remaining=round(value_remaining(posteriors), 6),
        window_days=window_days,
        is_settled=len(daily) >= LEAST_DAYS and is_settled(posteriors),
    )


def in_basis_points(shares: Floats) -> list[int]:
    """Return shares, (k,), which sum to 1, as basis points that sum to 10,000.

    The largest remainders are rounded up.
    """
    exact = shares * _WHOLE
    # A share that is meant to be whole may be a little less.
    whole = np.floor(exact + 1e-6).astype(np.int64)
    missing = _WHOLE - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return [int(one) for one in whole]


def _daily(
    cells: Sequence[BanditCell], places: dict[str, int], first_day: date, until: date
) -> tuple[Floats, Floats]:
    """Return the shoppers by day, (days, k), and the buyers, (k,)."""
    daily = np.zeros((max((until - first_day).days, 0), len(places)))
    buyers = np.zeros(len(places))
    for cell in cells:
        place = places[cell.arm]
        daily[(cell.day - first_day).days, place] += cell.shoppers
        buyers[place] += cell.shoppers if cell.lag is not None else 0
    return daily, buyers


def _would_convert(cells: Sequence[BanditCell], arm: str) -> WouldConvert | None:
    """Return how all shoppers would convert in this arm; None with few of them."""
    if sum(cell.shoppers for cell in cells if cell.arm == arm) < LEAST_TRIALS:
        return None
    counts = [cell.shoppers for cell in cells]
    found = off_policy_value(
        np.repeat([float(cell.lag is not None) for cell in cells], counts),
        wanted=np.repeat([float(cell.arm == arm) for cell in cells], counts),
        logged=np.repeat([cell.propensity for cell in cells], counts),
    )
    if found is None:
        return None
    size, largest = round(found.effective_size, 3), round(found.largest_weight, 6)
    return WouldConvert(_estimate(found.ips), _estimate(found.snips), size, largest)


def _estimate(found: EstimatedValue) -> RateEstimate:
    return RateEstimate(round(found.value, 9), round(found.low, 9), round(found.high, 9))
