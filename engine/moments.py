"""Moments and days as whole numbers since 1970-01-01 UTC."""

from datetime import UTC, date, datetime
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE: Final = date(1970, 1, 1)
