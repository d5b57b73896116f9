"""Whether this shop has simulated shoppers: their orders are in a file of its data folder."""

from pathlib import Path

from django.conf import settings


def orders_path(data: Path) -> Path:
    """Return the path of the simulated orders, in the data folder of a shop."""
    return data / "demo" / "simulated-orders.parquet"


def has_simulated_data() -> bool:
    """Tell whether results may include simulated shoppers; pages ask, so it needs no query."""
    return orders_path(settings.AWASE_DATA).exists()
