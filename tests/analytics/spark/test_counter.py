"""Counting on Spark compared with one machine: needs `pip install awase[spark]` and Java."""

import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.stats.copurchase import PartnerLists
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.links import count_locally
from analytics.stats.sales import Sales, no_progress, to_baskets
from analytics.stats.settings import LearningSettings
from engine.moments import EPOCH

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'awase[spark]'")
if shutil.which("java") is None:
    pytest.skip("PySpark needs Java, which is not installed.", allow_module_level=True)

from analytics.spark.counter import SparkCounter
from analytics.spark.session import open_session
from analytics.spark.source import JdbcSource, ParquetSource

pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning"),
    pytest.mark.xdist_group("spark"),
]

OPENED_AT = datetime(2026, 1, 1, 9, tzinfo=UTC)
SKUS = {f"p{number:02}": 3 * number + 7 for number in range(40)}
PARAMETERS = LinkParameters(half_life_days=30, size_exponent=0.5)
# Orders of six or more products are large here, and not all of them fit.
SETTINGS = PARAMETERS.settings(
    replace(LearningSettings(), order_size_limit=5, large_order_pairs=500), limit=4
)


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Return 400 orders with a few frequent products, repeated lines, and one line without units."""
    rng = np.random.default_rng(7)
    popularity = 1 / np.arange(2, 42)
    popularity /= popularity.sum()
    rows = [
        (f"o{order:04}", OPENED_AT + timedelta(hours=order), f"p{int(product):02}", 1)
        for order in range(400)
        for product in rng.choice(40, size=rng.integers(1, 9), replace=False, p=popularity)
    ]
    rows += rows[:50]
    rows.append(("o0001", OPENED_AT, "p39", 0))
    return pd.DataFrame(rows, columns=["order_id", "placed_at", "sku", "quantity"])


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("spark")
    options = {
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder}",  # Derby writes its log here
        "spark.sql.warehouse.dir": str(folder),
    }
    session = open_session(master="local[2]", options=options)
    yield session
    session.stop()


def sales_of(lines: pd.DataFrame) -> Sales:
    sold = lines[lines["quantity"] > 0]
    orders = sold.groupby("order_id")["placed_at"].max()
    none = np.empty(0, np.int64)
    return Sales(
        line_order=np.searchsorted(orders.index, sold["order_id"]) + 1,
        line_product=np.array([SKUS[sku] for sku in sold["sku"]], np.int64),
        order=np.arange(1, len(orders) + 1),
        placed_us=np.array([(at - EPOCH) // timedelta(microseconds=1) for at in orders], np.int64),
        customer=np.zeros(len(orders), np.int64),
        product=np.array(sorted(SKUS.values())),
        product_category=np.zeros(len(SKUS), np.int64),
        category=none,
        category_parent=none,
    )


def assert_counts_agree(counter: SparkCounter, lines: pd.DataFrame) -> None:
    baskets = to_baskets(sales_of(lines))
    arguments: dict[str, Any] = {
        "baskets": baskets,
        "settings": SETTINGS,
        "parameters": PARAMETERS,
        "on_progress": no_progress,
    }

    there, here = counter(**arguments), count_locally(**arguments)

    assert here.oversized_order_count > 0
    assert len(here.own) > len(SKUS)
    for field in fields(PartnerLists):
        assert np.array_equal(getattr(there, field.name), getattr(here, field.name)), field.name


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_spark__parquet__counts_the_same_as_one_machine(
    spark: Any, lines: pd.DataFrame, unit: str, tmp_path: Path
) -> None:
    stored = lines.assign(placed_at=lines["placed_at"].dt.as_unit(unit))
    stored.iloc[:500].to_parquet(tmp_path / "a.parquet", index=False)
    stored.iloc[500:].to_parquet(tmp_path / "b.parquet", index=False)

    source = ParquetSource(path=str(tmp_path), product_of_sku=SKUS)
    counter = SparkCounter(spark, source=source, until_us=2**62)

    assert_counts_agree(counter, lines)


def test_spark__orders_dated_too_far_ahead__are_excluded(
    spark: Any, lines: pd.DataFrame, tmp_path: Path
) -> None:
    lines.to_parquet(tmp_path / "lines.parquet", index=False)
    until = OPENED_AT + timedelta(hours=300)

    source = ParquetSource(path=str(tmp_path), product_of_sku=SKUS)
    counter = SparkCounter(spark, source=source, until_us=(until - EPOCH) // timedelta(microseconds=1))

    assert_counts_agree(counter, lines[lines["placed_at"] <= until])


def test_spark__jdbc__counts_the_same_as_one_machine(spark: Any, lines: pd.DataFrame, tmp_path: Path) -> None:
    sales = sales_of(lines)
    # Derby comes with PySpark and represents any database with a JDBC driver.
    url = f"jdbc:derby:{tmp_path / 'shop'};create=true"
    order_lines = pd.DataFrame({"order_id": sales.line_order, "product_id": sales.line_product})
    orders = pd.DataFrame({"id": sales.order, "placed_at": sales.placed_us.astype("datetime64[us]")})
    for table, frame in (("checkout_orderline", order_lines), ("checkout_order", orders)):
        rows = frame.assign(id=np.arange(1, len(frame) + 1))
        spark.createDataFrame(rows).write.jdbc(url, table)

    source = JdbcSource(url=url, last_line_id=len(order_lines), last_order_id=len(orders))

    assert_counts_agree(SparkCounter(spark, source=source, until_us=2**62), lines)
