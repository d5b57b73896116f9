"""Sources of order lines for a cluster: Parquet files in the import format, or the database by JDBC."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as fn

# Rows of a JDBC read that one task fetches.
JDBC_TASK_ROWS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetSource:
    """A file or a folder of files with the columns order_id, placed_at, sku and quantity of the order import.

    SKUs must be spelled as in the catalogue. Lines without a positive quantity are skipped, as in the import,
    and so are cancelled orders, if there is a column `status`.
    """

    path: str
    product_of_sku: Mapping[str, int]  # primary keys

    def read(self, spark: SparkSession) -> DataFrame:
        """Return lines as order (text), placed_us and product (primary key); unknown SKUs are skipped."""
        pairs = list(self.product_of_sku.items())
        known = fn.broadcast(spark.createDataFrame(pairs, "sku string, product long"))
        lines = spark.read.parquet(self.path).where("quantity >= 1").withColumn("sku", fn.trim("sku"))
        if "status" in lines.columns:
            lines = lines.where("status IS NULL OR trim(status) <> 'cancelled'")
        return lines.join(known, "sku").select(
            fn.col("order_id").cast("string").alias("order"), _moment_us(lines).alias("placed_us"), "product"
        )


def _moment_us(lines: DataFrame) -> Column:
    """Return placed_at as microseconds since 1970-01-01 UTC.

    Spark has no nanoseconds, so such a column is read as a number (see `session`); text is parsed as a date.
    """
    if dict(lines.dtypes)["placed_at"] == "bigint":
        return fn.expr("placed_at div 1000")
    return fn.unix_micros(fn.col("placed_at").cast("timestamp"))


@dataclass(frozen=True, slots=True, kw_only=True)
class JdbcSource:
    """Awase's database; the cluster needs the JDBC driver (`spark.jars.packages`)."""

    url: str  # such as jdbc:postgresql://host:5432/awase
    properties: Mapping[str, str] = field(default_factory=dict)  # user, password, driver
    last_line_id: int = 0
    last_order_id: int = 0

    def read(self, spark: SparkSession) -> DataFrame:
        """Return lines as order (primary key), placed_us and product (primary key)."""
        lines = self._table(spark, "checkout_orderline", self.last_line_id)
        orders = self._table(spark, "checkout_order", self.last_order_id).where("cancelled_at IS NULL")
        placed = orders.select(fn.col("id").alias("order"), fn.unix_micros("placed_at").alias("placed_us"))
        return lines.select(fn.col("order_id").alias("order"), fn.col("product_id").alias("product")).join(
            placed, "order"
        )

    def _table(self, spark: SparkSession, table: str, last_id: int) -> DataFrame:
        """Read a table in tasks of about `JDBC_TASK_ROWS` rows each, by primary key."""
        reader = spark.read.format("jdbc").options(url=self.url, dbtable=table, **self.properties)
        return reader.options(
            partitionColumn="id",
            lowerBound="1",
            upperBound=str(max(last_id, 2)),
            numPartitions=str(last_id // JDBC_TASK_ROWS + 1),
        ).load()


Source = ParquetSource | JdbcSource
