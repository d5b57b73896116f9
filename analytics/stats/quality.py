"""How well a recompute's choice did on the last part of its own training time, question by question.

A run keeps it as JSON: runs stay when their generations are dropped, so quality can be seen over time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionQuality:
    """What was chosen for one question, and how often it hit beside plain best sellers.

    Rates are 0 … 1: the share of held-out baskets whose hidden product was among the first ten. They are
    None where nothing was measured, and then `basket_count` is 0.
    """

    question: str  # "cart_completion", "product_page" or "next_basket"
    method: str  # "default" where there were too few orders to choose
    constants: Mapping[str, float]
    basket_count: int
    hit_rate: float | None = None
    standard_error: float | None = None
    baseline_hit_rate: float | None = None


NAMES = frozenset(field.name for field in fields(QuestionQuality)) - {"question"}


def pack_quality(rows: Iterable[QuestionQuality]) -> dict[str, Any]:
    """Return the document that a run keeps: one entry a question."""
    document = {}
    for row in rows:
        entry = asdict(row)
        document[entry.pop("question")] = entry
    return document


def unpack_quality(document: Mapping[str, Mapping[str, Any]]) -> list[QuestionQuality]:
    """Return the rows of a run's document, in any order; what a later version added is passed over."""
    return [
        QuestionQuality(question=question, **{name: value for name, value in entry.items() if name in NAMES})
        for question, entry in document.items()
    ]
