"""Learning from the answers beats the static prior, comes close to an oracle, and settles.

More shops: AWASE_TEST_SHOPS=20 pytest -s, which also prints the figures.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.analytics.stats.acceptance.shoppers import PAGES, Policy, SimulatedShop

DAYS = 30
SHOPS = int(os.environ.get("AWASE_TEST_SHOPS", "2"))


class Result(NamedTuple):
    """How a shop did in its last five days, and how many pages changed from day to day."""

    over_prior: float
    of_oracle: float
    changes: list[int]


def run(seed: int, folder: Path, **columns: Any) -> Result:
    """Run a learning shop and one that never learns, for DAYS."""
    learning = Policy(SimulatedShop(seed, folder / f"{seed}-a", **columns), learns=True)
    static = Policy(SimulatedShop(seed, folder / f"{seed}-b", **columns), learns=False)
    values = [
        (learning.best_value(), learning.live_a_day(day), static.live_a_day(day)) for day in range(DAYS)
    ]
    best, learned, prior = np.array(values)[-5:].mean(axis=0)
    days = zip(learning.slates, learning.slates[1:], strict=False)
    changes = [sum(one[page] != two[page] for page in one) for one, two in days]
    result = Result(learned / prior, learned / best, changes)
    print(seed, f"{result.over_prior:.3f} {result.of_oracle:.3f}", changes)  # noqa: T201 (for -s)
    return result


def test_answers__after_thirty_days__beat_the_prior_and_approach_the_oracle(tmp_path: Path) -> None:
    results = [run(seed, tmp_path) for seed in range(1, SHOPS + 1)]

    assert min(one.over_prior for one in results) >= 1.15
    assert np.mean([one.of_oracle for one in results]) >= 0.85


def test_answers__constant_tastes__order_settles(tmp_path: Path) -> None:
    result = run(7, tmp_path, tiring=0)

    early, late = sum(result.changes[:10]), sum(result.changes[-10:])
    assert early > PAGES  # it did learn
    assert late <= early / 4
