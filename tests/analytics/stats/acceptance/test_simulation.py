"""Learning from the answers beats the static prior, comes close to an oracle, and settles.

More shops: AWASE_TEST_SHOPS=10 pytest -s, which also prints the figures.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.analytics.stats.acceptance.shoppers import PAGES, Policy, SimulatedShop

DAYS = 30
# What always shows the same has tired everybody by then.
TIRED_AFTER = 15
# That of the first shop, 2, is only reached by showing what the prior would never show.
SEEDS = [2, *{*range(1, int(os.environ.get("AWASE_TEST_SHOPS", "0")) + 1)} - {2}]
LATE = 10


class Result(NamedTuple):
    """How a shop did in its last five days, and how many pages changed from day to day.

    `room` is what the oracle adds to what the static prior shows.
    """

    over_prior: float
    of_oracle: float
    room: float
    changes: list[int]
    most_returns: int


def run(seed: int, folder: Path, **columns: Any) -> Result:
    """Run a learning shop and one that never learns, for DAYS."""
    learning = Policy(SimulatedShop(seed, folder / f"{seed}-a", **columns), learns=True)
    static = Policy(SimulatedShop(seed, folder / f"{seed}-b", **columns), learns=False)
    best, learned = _last(learning, DAYS)
    best_of_static, prior = _last(static, TIRED_AFTER)
    days = zip(learning.slates, learning.slates[1:], strict=False)
    changes = [sum(one[page] != two[page] for page in one) for one, two in days]
    result = Result(
        learned / prior,
        learned / best,
        best_of_static / prior,
        changes,
        most_returns(learning.slates[-LATE:]),
    )
    print(seed, *(f"{one:.3f}" for one in result[:3]), changes, result.most_returns)  # noqa: T201 (for -s)
    return result


def _last(policy: Policy, days: int) -> tuple[float, float]:
    """Return what would have been best and what was shown in the last five of these days, per decision."""
    best, shown = np.array([(policy.best_value(), policy.live_a_day(day)) for day in range(days)])[-5:].mean(
        axis=0
    )
    return float(best), float(shown)


def most_returns(slates: list[dict[str, tuple[tuple[str, str], ...]]]) -> int:
    """Return how often the page that went back most showed again what it had stopped to show."""
    returns = [
        sum(shown[day] != shown[day - 1] and shown[day] in shown[: day - 1] for day in range(1, len(shown)))
        for shown in ([day[page] for day in slates] for page in slates[0])
    ]
    return max(returns)


@pytest.mark.parametrize("seed", SEEDS)
def test_answers__after_thirty_days__beat_the_prior_and_approach_the_oracle(
    tmp_path: Path, seed: int
) -> None:
    result = run(seed, tmp_path)

    assert result.of_oracle >= 0.85
    # Where the prior is right, even the oracle cannot beat it by so much.
    assert result.over_prior >= min(1.15, 0.9 * result.room)
    assert result.most_returns <= 1


def test_answers__constant_tastes__order_settles(tmp_path: Path) -> None:
    result = run(7, tmp_path, tiring=0)

    early, late = sum(result.changes[:10]), sum(result.changes[-10:])
    assert early > PAGES  # it did learn
    assert late <= early / 4
    assert result.most_returns <= 1
