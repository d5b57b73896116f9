"""The pair counter that a recompute uses instead of the local one."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as fn

from analytics.spark.partners import find_partners_on, gather_baskets
from analytics.spark.source import Source
from analytics.stats.copurchase import PartnerLists
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.sales import Baskets, Progress
from analytics.stats.settings import LearningSettings


class SparkCounter:
    """Count the pairs of all orders of a source that were placed up to a given time.

    The baskets are gathered once and can be counted repeatedly.
    """

    def __init__(self, spark: SparkSession, *, source: Source, until_us: int) -> None:
        self._spark = spark
        lines = source.read(spark).where(fn.col("placed_us") <= until_us)
        self._baskets = gather_baskets(lines).persist()

    def __call__(
        self,
        *,
        baskets: Baskets,
        settings: LearningSettings,
        parameters: LinkParameters,
        on_progress: Progress,
    ) -> PartnerLists:
        """Return the partners of the products of `baskets`; the local orders in it are ignored."""
        on_progress("count", 0, 1)
        return find_partners_on(
            self._spark,
            baskets=self._baskets,
            product=baskets.product,
            parameters=parameters,
            settings=settings,
        )
