"""The work of each Spark worker: numpy and the local engines, on Arrow batches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analytics.stats.arrays import Floats, Ints
from analytics.stats.engines import ENGINES
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.pairs import Packing, PairProblem, Ranks
from analytics.stats.sales import no_progress, positions_of

SPREAD_SCHEMA = "part int, packed long, ranks array<int>"
FOUND_SCHEMA = "rank int, partner long, score double, orders long"
# The rank of the row with the number of pairs of a part, which has no partner.
PAIR_COUNT_RANK = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingPlan:
    """How ranks are divided into parts, and how each part is counted."""

    bounds: Ints  # (n_parts + 1,) part p counts the ranks from bounds[p] to bounds[p + 1]
    keys: Ints  # (n_products,) primary keys, ascending
    rank: Ranks  # (n_products,) −1 for products that are not counted
    parameters: LinkParameters
    newest_us: int
    packing: Packing
    product: Ints  # (n_ranks,) product positions
    own_factor: Floats
    partner_factor: Floats
    minimum: int
    limit: int
    engine: str

    def spread(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Turn baskets (size, placed_us, products) into a row for each part that counts them."""
        for batch in batches:
            sizes, placed_us, products = (batch.column(name) for name in ("size", "placed_us", "products"))
            weights = self.parameters.weigh(
                sizes=_ints(sizes), placed_us=_ints(placed_us), newest_us=self.newest_us
            )
            packed = self.packing.pack(weights)
            place, is_known = positions_of(_ints(products.flatten()), among=self.keys)
            ranks = np.where(is_known, self.rank[place] if len(self.rank) else -1, -1)
            owner = np.repeat(np.arange(len(batch)), np.diff(_ints(products.offsets)))[ranks >= 0]
            ranks = ranks[ranks >= 0].astype(np.int32)
            starts = np.searchsorted(owner, np.arange(len(batch) + 1)).astype(np.int32)
            parts = np.searchsorted(self.bounds, ranks, side="right") - 1
            wanted = np.unique(owner * len(self.bounds) + parts)
            basket, part = np.divmod(wanted, len(self.bounds))
            lists = pa.ListArray.from_arrays(starts, ranks).take(pa.array(basket))
            columns = [pa.array(part.astype(np.int32)), pa.array(packed[basket]), lists]
            yield pa.RecordBatch.from_arrays(columns, names=["part", "packed", "ranks"])

    def count(self, key: tuple[pa.Scalar, ...], baskets: pa.Table) -> pa.Table:
        """Count the pairs of one part's ranks."""
        table = baskets.combine_chunks()
        ranks = pa.concat_arrays(table.column("ranks").chunks)
        problem = PairProblem(
            starts=_ints(ranks.offsets) - ranks.offsets[0].as_py(),
            cells=np.ascontiguousarray(ranks.flatten().to_numpy(zero_copy_only=False), np.int32),
            packed=_ints(table.column("packed")),
            shift=self.packing.shift,
            product=self.product,
            own_factor=self.own_factor,
            partner_factor=self.partner_factor,
            minimum=self.minimum,
            limit=self.limit,
        )
        part = key[0].as_py()
        start, stop = int(self.bounds[part]), int(self.bounds[part + 1])
        found = ENGINES[self.engine](problem, on_progress=no_progress, rows=(start, stop))
        rank = np.repeat(np.arange(start, stop), found.counts)
        return pa.table(
            {
                "rank": np.append(rank, PAIR_COUNT_RANK).astype(np.int32),
                "partner": np.append(found.partner, 0),
                "score": np.append(found.score, 0.0),
                "orders": np.append(found.orders, found.directed_pair_count),
            }
        )


def _ints(column: pa.Array | pa.ChunkedArray) -> Ints:
    return np.asarray(column.to_numpy(), np.int64)
