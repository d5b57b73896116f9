"""The best partners of each product, counted on a cluster: the same result as `find_partners`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as fn

from analytics.spark.plan import FOUND_SCHEMA, PAIR_COUNT_RANK, SPREAD_SCHEMA, CountingPlan
from analytics.spark.session import TASKS_A_CORE
from analytics.stats.arrays import Ints
from analytics.stats.copurchase import PartnerLists
from analytics.stats.large_orders import choose_large
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.pairs import Packing, factors_of, rank_products
from analytics.stats.sales import positions_of
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class _Counted:
    """The orders that pairs are counted in, and what was excluded."""

    baskets: DataFrame  # size, placed_us, products
    newest_us: int
    order_count: int
    left_out_order_count: int
    left_out_pair_count: int


def gather_baskets(lines: DataFrame) -> DataFrame:
    """Return one row per order (order, placed_us, products, size) from lines (order, placed_us, product)."""
    return (
        lines.groupBy("order")
        .agg(fn.max("placed_us").alias("placed_us"), fn.collect_set("product").alias("products"))
        .withColumn("size", fn.size("products"))
    )


def find_partners_on(
    spark: SparkSession,
    *,
    baskets: DataFrame,
    product: Ints,
    parameters: LinkParameters,
    settings: LearningSettings,
) -> PartnerLists:
    """Count the pairs of all baskets and return each product's `partner_limit` best partners.

    baskets: see `gather_baskets`; product: (n_products,) primary keys, ascending. The exponents of the score
    are from `settings`, the weights of the orders from `parameters`.
    """
    counted = _choose(baskets, settings=settings)
    orders = _orders_of(counted.baskets, product)
    plan = _plan(spark, counted, orders=orders, product=product, parameters=parameters, settings=settings)

    def count(part: tuple[pa.Scalar, ...], baskets: pa.Table) -> pa.Table:
        return plan.count(part, baskets)  # Spark counts the self of a method as an argument

    found = (
        counted.baskets.select("size", "placed_us", "products")
        .mapInArrow(plan.spread, SPREAD_SCHEMA)
        .groupBy("part")
        .applyInArrow(count, FOUND_SCHEMA)
        .toArrow()
    )
    return _partners_of(found, plan, counted=counted, product_orders=orders)


def _partners_of(
    found: pa.Table, plan: CountingPlan, *, counted: _Counted, product_orders: Ints
) -> PartnerLists:
    """Return the rows found by the workers (`FOUND_SCHEMA`), sorted by product and score."""
    rank, partner, score, together = (
        found.column(name).to_numpy() for name in ("rank", "partner", "score", "orders")
    )
    is_count = rank == PAIR_COUNT_RANK
    own = np.append(plan.product, 0)[rank]
    by_product = np.lexsort((partner, -score, own))
    by_product = by_product[~is_count[by_product]]
    return PartnerLists(
        own=own[by_product],
        partner=partner[by_product],
        score=score[by_product],
        orders=together[by_product],
        product_orders=product_orders,
        order_count=counted.order_count,
        oversized_order_count=counted.left_out_order_count,
        oversized_pair_count=counted.left_out_pair_count,
        pair_count=int(together[is_count].sum()) // 2,
    )


def _choose(baskets: DataFrame, *, settings: LearningSettings) -> _Counted:
    """Choose the orders as `large_orders` does; ties are resolved by the lower id."""
    is_ordinary = fn.col("size") <= settings.order_size_limit
    pairs = fn.col("size").cast("long") * (fn.col("size") - 1) / 2
    total, newest_us, ordinary_pairs = baskets.agg(
        fn.count("*"), fn.max("placed_us"), fn.sum(fn.when(is_ordinary, pairs).otherwise(0)).cast("long")
    ).first() or (0, 0, 0)
    large = baskets.where(~is_ordinary).select("order", "size", "placed_us").orderBy("order").toArrow()
    sizes, placed_us = (large.column(name).to_numpy().astype(np.int64) for name in ("size", "placed_us"))
    is_kept = choose_large(
        sizes=sizes, placed_us=placed_us, ordinary_pairs=ordinary_pairs or 0, settings=settings
    )
    left_out = large.column("order").filter(~is_kept).to_pylist()
    left_out_sizes = sizes[~is_kept]
    return _Counted(
        baskets=baskets.where(~fn.col("order").isin(left_out)) if left_out else baskets,
        newest_us=newest_us or 0,
        order_count=total - len(left_out),
        left_out_order_count=len(left_out),
        left_out_pair_count=int((left_out_sizes * (left_out_sizes - 1) // 2).sum()),
    )


def _orders_of(baskets: DataFrame, product: Ints) -> Ints:
    """Return the number of orders that contain each product: (n_products,)."""
    counts = baskets.select(fn.explode("products").alias("product")).groupBy("product").count().toArrow()
    place, is_known = positions_of(counts.column("product").to_numpy(), among=product)
    orders = np.zeros(len(product), np.int64)
    orders[place[is_known]] = counts.column("count").to_numpy()[is_known]
    return orders


def _plan(
    spark: SparkSession,
    counted: _Counted,
    *,
    orders: Ints,
    product: Ints,
    parameters: LinkParameters,
    settings: LearningSettings,
) -> CountingPlan:
    """Return the plan for the workers."""
    ranked, rank = rank_products(orders, minimum=settings.pair_min_orders)
    packing = Packing.of(max_orders=int(orders.max(initial=1)), max_weight=_max_weight(counted, parameters))
    return CountingPlan(
        bounds=_bounds(orders[ranked], count=TASKS_A_CORE * spark.sparkContext.defaultParallelism),
        keys=product,
        rank=rank,
        parameters=parameters,
        newest_us=counted.newest_us,
        packing=packing,
        product=ranked,
        **factors_of(orders[ranked], packing=packing, settings=settings),
        minimum=settings.pair_min_orders,
        limit=settings.partner_limit,
        engine=settings.engine,
    )


def _max_weight(counted: _Counted, parameters: LinkParameters) -> float:
    """Return the largest weight of an order; for each size it is that of the newest one."""
    newest = counted.baskets.groupBy("size").agg(fn.max("placed_us").alias("placed_us")).toArrow()
    sizes, placed_us = (newest.column(name).to_numpy().astype(np.int64) for name in ("size", "placed_us"))
    weights = parameters.weigh(sizes=sizes, placed_us=placed_us, newest_us=counted.newest_us)
    return float(weights.max(initial=0.0))


def _bounds(orders: npt.NDArray[np.int64], *, count: int) -> Ints:
    """Divide the ranks into parts of about the same work, measured by the orders of their products."""
    work = np.concatenate([[0], np.cumsum(orders)])
    steps = np.searchsorted(work, np.linspace(0, work[-1], count + 1))
    return np.unique(np.concatenate([[0], steps, [len(orders)]]))
