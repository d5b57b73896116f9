"""A Spark session whose workers run this code."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import SparkSession

REPOSITORY = Path(__file__).resolve().parents[2]
# Workers import the code and cache compiled functions, like the driver.
_HANDED_ON = ("PYTHONPATH", "NUMBA_CACHE_DIR")
_DEFAULTS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.legacy.parquet.nanosAsLong": "true",  # for nanoseconds written by pandas
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# Tasks per core: some take longer than others, and each starts a Python process.
TASKS_A_CORE = 4
_SHUFFLE_TASKS = "spark.sql.shuffle.partitions"


def open_session(*, master: str, options: Mapping[str, str]) -> SparkSession:
    """Start a session on a master such as `local[2]`, `spark://host:7077` or `yarn`; `stop()` it afterwards.

    On a cluster the workers need this package and its dependencies in their Python, from an image or from
    `spark.archives` in the options.
    """
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    paths = [str(REPOSITORY), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    builder = SparkSession.builder.master(master).appName("awase-recompute")
    for name, value in (_DEFAULTS | dict(options)).items():
        builder = builder.config(name, value)
    for name in _HANDED_ON:
        if name in environment:
            builder = builder.config(f"spark.executorEnv.{name}", environment[name])
    spark = builder.getOrCreate()
    if _SHUFFLE_TASKS not in options:
        spark.conf.set(_SHUFFLE_TASKS, TASKS_A_CORE * spark.sparkContext.defaultParallelism)
    return spark
