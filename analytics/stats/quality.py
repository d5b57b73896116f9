"""The quality of a recompute's choices on the newest part of its own orders, by question.

A run stores it as JSON. Runs outlast their generations, so quality can be compared over time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionQuality:
    """What was chosen for one question, and its hit rate compared with plain best sellers.

    Rates are 0 … 1: the share of held-out questions with a hit among the first ten products. They are None
    if nothing was measured; then `basket_count` is 0.
    """

    question: str  # "cart_completion", "product_page", "next_basket" or "first_order"
    method: str  # "default" if there were too few orders to choose
    constants: Mapping[str, float]
    basket_count: int
    hit_rate: float | None = None
    standard_error: float | None = None
    baseline_hit_rate: float | None = None


NAMES = frozenset(field.name for field in fields(QuestionQuality)) - {"question"}


def pack_quality(rows: Iterable[QuestionQuality]) -> dict[str, Any]:
    """Return the document that a run stores, with one entry per question."""
    document = {}
    for row in rows:
        entry = asdict(row)
        document[entry.pop("question")] = entry
    return document


def unpack_quality(document: Mapping[str, Mapping[str, Any]]) -> list[QuestionQuality]:
    """Return the rows of a run's document, in any order; fields added by later versions are ignored."""
    return [
        QuestionQuality(question=question, **{name: value for name, value in entry.items() if name in NAMES})
        for question, entry in document.items()
    ]
