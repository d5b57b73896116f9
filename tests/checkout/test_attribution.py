from datetime import timedelta

import pytest

from checkout.services.attribution import ClaimedLine, Credit, attribute_lines
from offers.services.tokens import read_decision_token
from tests.checkout.api.test_orders import PLACED_AT, decision


def test_attribution__line_of_a_proposed_product__is_credited_to_its_offer() -> None:
    token = decision("butter")

    found = attribute_lines(lines=[ClaimedLine("ｂｕｔｔｅｒ", token)], placed_at=PLACED_AT)

    read = read_decision_token(token, at=int(PLACED_AT.timestamp()))
    assert found.credits == [Credit(read.id, "goes-with-it")]
    assert (found.notes, found.errors) == ([], [])


def test_attribution__lines_with_and_without_claims__keep_their_order() -> None:
    lines = [ClaimedLine("jam", None), ClaimedLine("butter", decision("butter")), ClaimedLine("butter", None)]

    found = attribute_lines(lines=lines, placed_at=PLACED_AT)

    assert [credit is not None for credit in found.credits] == [False, True, False]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param(decision("jam"), "not_in_decision", id="of another product"),
        pytest.param(decision(at=PLACED_AT - timedelta(days=31)), "decision_expired", id="too old"),
        pytest.param(decision(at=PLACED_AT + timedelta(minutes=6)), "decision_in_future", id="made later"),
    ],
)
def test_attribution__claim_that_does_not_match__is_noted(token: str, code: str) -> None:
    found = attribute_lines(lines=[ClaimedLine("butter", token)], placed_at=PLACED_AT)

    assert found.credits == [None]
    assert [(note.pointer, note.code) for note in found.notes] == [("/lines/0/decision_id", code)]
    assert found.errors == []


def test_attribution__forged_claim__is_an_error() -> None:
    lines = [ClaimedLine("jam", None), ClaimedLine("butter", "AAAA")]

    found = attribute_lines(lines=lines, placed_at=PLACED_AT)

    assert [(error.pointer, error.code) for error in found.errors] == [
        ("/lines/1/decision_id", "decision_invalid")
    ]
    assert found.notes == []
