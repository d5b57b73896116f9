"""The engines of this machine that count pairs and descend, by the name in `AWASE_STATS_ENGINE`."""

from collections.abc import Callable, Mapping

import numpy as np

from analytics.stats.nonnegative import Descent, descend
from analytics.stats.pairs import PairProblem, TopLists
from analytics.stats.sales import Progress
from analytics.stats.sparse import count_sparse

Engine = Callable[..., TopLists]

# Up to this many pairs, the sparse product takes less time than loading numba and its compiled code.
SMALL_PAIR_COUNT = 2_000_000
# Up to this many regressions, array operations do.
SMALL_REGRESSION_COUNT = 500


def count_fastest(
    problem: PairProblem, *, on_progress: Progress, rows: tuple[int, int] | None = None
) -> TopLists:
    """Return the best partners of all ranks, or of ranks rows[0] to rows[1] - 1.

    Small problems are counted as a sparse product, all others with compiled loops if numba is installed. The
    lists are identical.
    """
    sizes = np.diff(problem.starts)
    count = count_sparse if int(sizes @ sizes) <= SMALL_PAIR_COUNT else load_compiled()
    return count(problem, on_progress=on_progress, rows=rows)


def load_compiled() -> Engine:
    """Return the engine with compiled loops; the sparse one where numba is not installed."""
    try:
        # Loading takes seconds, which a small shop need not spend.
        from analytics.stats.compiled import count_compiled  # noqa: PLC0415
    except ImportError:  # numba is not available for every platform
        return count_sparse
    return count_compiled


def descent_of(engine: str, regression_count: int) -> Descent:
    """Return the descent for regressions: compiled for many of them, if the engine is numba; same results."""
    if engine != "numba" or regression_count <= SMALL_REGRESSION_COUNT:
        return descend
    try:
        from analytics.stats.compiled_descent import descend_compiled  # noqa: PLC0415
    except ImportError:
        return descend
    return descend_compiled


ENGINES: Mapping[str, Engine] = {"numba": count_fastest, "scipy": count_sparse}
