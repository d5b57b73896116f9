"""Open enumerations: the values of today are named, and others are allowed."""

from typing import Any, get_args

import pytest

from engine.decision.kinds import KINDS
from engine.decision.strategies import STRATEGIES
from engine.pricing.answer import Status
from gateway.api.problems import PROBLEMS
from tests.gateway.api.test_document import document


def described(shape: str, field: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"][shape]["properties"][field]
    return found


@pytest.mark.parametrize(
    ("shape", "field", "values"),
    [
        ("ProblemBody", "code", set(PROBLEMS)),
        ("OfferAnswer", "kind", set(KINDS)),
        ("OfferAnswer", "strategy", set(STRATEGIES)),
        ("QuotedOffer", "status", set(get_args(Status))),
        ("RedemptionAnswer", "state", {"reserved", "committed", "released", "expired"}),
        ("RecordedOrderAnswer", "status", {"placed", "cancelled"}),
        ("OrderAnswer", "outcome", {"created", "replaced", "unchanged"}),
        ("QuotedMissing", "kind", {"spend", "units", "options", "acceptance"}),
    ],
)
def test_field__with_codes__names_them_and_allows_others(shape: str, field: str, values: set[str]) -> None:
    known, other = described(shape, field)["anyOf"]

    assert values <= set(known["enum"])
    assert other == {"type": "string"}


def test_list__of_codes__names_those_of_an_item() -> None:
    known, other = described("QuotedOffer", "cuts")["items"]["anyOf"]

    assert known["enum"] == ["gift_sold_out", "margin_floor", "max_discount"]
    assert other == {"type": "string"}


def test_request__stays_a_closed_enumeration() -> None:
    kinds = described("OrderBody", "status")["anyOf"]

    assert kinds == [{"enum": ["cancelled", "placed"]}, {"type": "null"}]
