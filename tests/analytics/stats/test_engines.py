"""Which engine counts which problem."""

import subprocess
import sys

import pytest

CHECK = """
import sys
from dataclasses import replace
from analytics.stats import engines
from analytics.stats.copurchase import find_partners
from analytics.stats.sales import to_baskets
from analytics.stats.settings import LearningSettings
from tests.analytics.stats.strategies import sales_of

engines.SMALL_PAIR_COUNT = int(sys.argv[1])
baskets = to_baskets(sales_of([[1, 2], [1, 2, 3]]))
found = find_partners(baskets=baskets, settings=replace(LearningSettings(), pair_min_orders=1))
print(found.pair_count, "numba" in sys.modules)
"""


@pytest.mark.parametrize(("limit", "loaded"), [(13, False), (12, True)])
def test_count_fastest__up_to_the_limit__does_not_load_numba(limit: int, loaded: bool) -> None:
    said = subprocess.run(
        [sys.executable, "-c", CHECK, str(limit)], capture_output=True, text=True, check=True
    ).stdout

    assert said.split() == ["3", str(loaded)]
