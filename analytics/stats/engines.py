"""The engines that count pairs on this machine, by the name in `AWASE_STATS_ENGINE`."""

from collections.abc import Callable, Mapping

from analytics.stats.pairs import TopLists
from analytics.stats.sparse import count_sparse

Engine = Callable[..., TopLists]

try:
    from analytics.stats.compiled import count_compiled
except ImportError:  # numba is not available for every platform
    _fastest: Engine = count_sparse
else:
    _fastest = count_compiled

ENGINES: Mapping[str, Engine] = {"numba": _fastest, "scipy": count_sparse}
