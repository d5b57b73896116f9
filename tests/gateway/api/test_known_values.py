"""Open enumerations: the values of today are named, and others are allowed."""

import re
from pathlib import Path
from typing import Any, Final, get_args

import jsonschema_rs
import pytest

from engine.decision.kinds import KINDS
from engine.decision.strategies import STRATEGIES
from engine.pricing.answer import Status
from gateway.api.problems import PROBLEMS
from gateway.api.shapes.variants import variant_name
from offers.api.shapes.examples import OFFERS_ANSWER
from tests.gateway.api.test_document import document

ROOT: Final = Path(__file__).resolve().parents[3]
_YEN: Final = {"amount": "100", "currency": "JPY"}
# What a proposal of a kind has beside the fields of all of them.
OWN_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "quantity": {"next": {"more": 1, "quantity": 2, "total": _YEN, "gain": _YEN}},
    "subscription": {
        "subscription": {"now": _YEN, "later": _YEN, "from_cycle": 2, "interval_days": []},
    },
    "add_on": {
        "add_on": {"on": "tea", "options": [], "min_count": 0, "max_count": None, "included_count": 0}
    },
    "threshold": {"missing": {"spend": _YEN}, "reward": {"free_shipping": True}, "reached_by": []},
    "case": {"case_size": 6},
}


def described(shape: str, field: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"][shape]["properties"][field]
    return found


@pytest.mark.parametrize(
    ("shape", "field", "values"),
    [
        ("ProblemBody", "code", set(PROBLEMS)),
        ("OtherOffer", "strategy", set(STRATEGIES)),
        ("NoteAnswer", "code", {"unknown_sku", "history_unavailable"}),
        ("QuotedOffer", "status", set(get_args(Status))),
        ("RedemptionAnswer", "state", {"reserved", "committed", "released", "expired"}),
        ("RecordedOrderAnswer", "status", {"placed", "cancelled"}),
        ("OrderAnswer", "outcome", {"created", "replaced", "unchanged"}),
        ("QuotedMissing", "kind", {"spend", "units", "options", "acceptance"}),
        ("FieldError", "code", {"required", "unknown_sku"}),
        ("ProductAnswer", "outcome", {"created", "updated", "unchanged", "rejected"}),
    ],
)
def test_field__with_codes__names_them_and_allows_others(shape: str, field: str, values: set[str]) -> None:
    known, other, *_null = described(shape, field)["anyOf"]

    assert values <= set(known["enum"])
    assert other == {"type": "string"}


@pytest.mark.parametrize(
    ("shape", "field", "values"),
    [
        ("QuotedOffer", "reason", {"not_started", "audience", "too_many_options", "interval"}),
        ("CandidateAnswer", "removed_by", {"hidden", "already_proposed", "price_not_higher"}),
        ("TraceAnswer", "failed", {"schedule", "declined", "not_asked"}),
    ],
)
def test_field__with_codes_or_null__allows_both(shape: str, field: str, values: set[str]) -> None:
    known, *others = described(shape, field)["anyOf"]

    assert values <= set(known["enum"])
    assert others == [{"type": "string"}, {"type": "null"}]


def test_errors__codes_of_fields__are_those_that_the_reference_lists() -> None:
    text = (ROOT / "docs" / "api.md").read_text().split("Field codes in `errors`:")[1]

    assert described("FieldError", "code")["anyOf"][0]["enum"] == sorted(re.findall(r"`([a-z_]+)`", text))


@pytest.mark.parametrize("kind", [*KINDS, "loyalty_points"])
def test_offer__of_each_kind_and_of_a_new_one__matches_exactly_one_variant(kind: str) -> None:
    components = document()["components"]
    offer = OFFERS_ANSWER["offers"][0] | OWN_FIELDS.get(kind, {}) | {"kind": kind}
    variants = {
        reference["$ref"].split("/")[-1]: jsonschema_rs.Draft202012Validator(
            {"components": components, **reference}
        )
        for reference in components["schemas"]["OfferAnswer"]["oneOf"]
    }

    matching = [name for name, variant in variants.items() if variant.is_valid(offer)]

    assert matching == ["OtherOffer" if kind == "loyalty_points" else variant_name("OfferAnswer", kind)]
    without_own = {name: value for name, value in offer.items() if name not in OWN_FIELDS.get(kind, {})}
    assert variants[matching[0]].is_valid(without_own) == (kind not in OWN_FIELDS)


def test_list__of_codes__names_those_of_an_item() -> None:
    known, other = described("QuotedOffer", "cuts")["items"]["anyOf"]

    assert known["enum"] == ["gift_sold_out", "margin_floor", "max_discount"]
    assert other == {"type": "string"}


def test_request__stays_a_closed_enumeration() -> None:
    kinds = described("OrderBody", "status")["anyOf"]

    assert kinds == [{"enum": ["cancelled", "placed"]}, {"type": "null"}]
