"""The engine that counts pairs: this process, or a Spark cluster (`AWASE_STATS_ENGINE=spark`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Max

from analytics.services.sales import CLOCK_SLACK
from analytics.stats.links import PairCounter, count_locally
from analytics.stats.settings import LearningSettings
from catalog.models import Product
from checkout.models import Order, OrderLine
from engine.moments import EPOCH

try:
    from analytics.spark.counter import SparkCounter
    from analytics.spark.session import open_session
    from analytics.spark.source import JdbcSource, ParquetSource, Source
except ImportError:  # the extra is not installed
    HAS_SPARK = False
else:
    HAS_SPARK = True

SPARK = "spark"


def learning_settings() -> LearningSettings:
    """Return the settings of the statistics; with Spark, this process uses numba for the rest."""
    engine = settings.AWASE_STATS_ENGINE
    return LearningSettings(
        engine="numba" if engine == SPARK else engine,
        is_fitted=settings.AWASE_FIT_SCORES,
        fit_days=settings.AWASE_FIT_DAYS,
    )


def line_limit() -> int | None:
    """Return how many of the newest lines this process reads; None for all."""
    return settings.AWASE_SPARK_LOCAL_LINES if settings.AWASE_STATS_ENGINE == SPARK else None


@contextmanager
def pair_counter(*, at: datetime) -> Iterator[PairCounter]:
    """Yield the pair counter; a Spark session is stopped afterwards."""
    if settings.AWASE_STATS_ENGINE != SPARK:
        yield count_locally
        return
    if not HAS_SPARK:
        raise ImproperlyConfigured("AWASE_STATS_ENGINE=spark needs PySpark: install awase[spark].")
    spark = open_session(master=settings.AWASE_SPARK_MASTER, options=settings.AWASE_SPARK_OPTIONS)
    try:
        until_us = (at + CLOCK_SLACK - EPOCH) // timedelta(microseconds=1)
        yield SparkCounter(spark, source=_source(), until_us=until_us)
    finally:
        spark.stop()


def _source() -> "Source":
    """Return the Parquet files of the settings, or else the database."""
    if settings.AWASE_SPARK_PARQUET:
        products = dict(Product.objects.values_list("sku", "pk"))
        return ParquetSource(path=settings.AWASE_SPARK_PARQUET, product_of_sku=products)
    if connection.vendor != "postgresql":
        raise ImproperlyConfigured("Spark reads PostgreSQL by JDBC; with SQLite set AWASE_SPARK_PARQUET.")
    database = connection.settings_dict
    return JdbcSource(
        url=f"jdbc:postgresql://{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}",
        properties={
            "user": database["USER"],
            "password": database["PASSWORD"],
            "driver": "org.postgresql.Driver",
        },
        last_line_id=OrderLine.objects.aggregate(last=Max("pk"))["last"] or 0,
        last_order_id=Order.objects.aggregate(last=Max("pk"))["last"] or 0,
    )
