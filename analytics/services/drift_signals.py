"""Signals of what has changed, as a run stores them.

Each is a plain value with a code, so that pages and messages can say it in words of their own. Web workers
read them without scipy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from analytics.stats.experiments.drift import DriftLevel


class DriftCode(StrEnum):
    """What is compared with the time before."""

    PROPOSALS = "proposals"
    CATEGORIES = "categories"
    PRICES = "prices"
    CUSTOMERS = "customers"
    HIT_RATE = "hit_rate"
    ORDERS = "orders"
    ACCEPTANCE = "acceptance"
    UNSHOWN = "unshown"


@dataclass(frozen=True, slots=True)
class DriftSignal:
    """What was compared, what it calls for, and the figures; `subject` is an offer's code or a question."""

    code: DriftCode
    level: DriftLevel
    subject: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def read_drift(document: list[dict[str, Any]]) -> list[DriftSignal]:
    """Return the signals of a run's document; codes of other versions are left out."""
    return [
        DriftSignal(DriftCode(row["code"]), DriftLevel(row["level"]), row["subject"], row["figures"])
        for row in document
        if row["code"] in set(DriftCode)
    ]
