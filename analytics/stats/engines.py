"""The engines that count pairs on this machine, by the name in `AWASE_STATS_ENGINE`."""

from collections.abc import Callable, Mapping

import numpy as np

from analytics.stats.pairs import PairProblem, TopLists
from analytics.stats.sales import Progress
from analytics.stats.sparse import count_sparse

Engine = Callable[..., TopLists]

# Up to this many pairs, the sparse product takes less time than loading numba and its compiled code.
SMALL_PAIR_COUNT = 2_000_000


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


ENGINES: Mapping[str, Engine] = {"numba": count_fastest, "scipy": count_sparse}
