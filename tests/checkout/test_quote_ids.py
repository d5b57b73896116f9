"""Quote IDs: signed, with one spelling, valid after the secret is rotated."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from checkout.services.quote_id import (
    ID_PATTERN,
    InvalidQuoteIdError,
    QuoteId,
    issue_quote_id,
    new_public_id,
    read_quote_id,
)

QUOTE = QuoteId(new_public_id(), 1_795_262_400)


def refused(text: str) -> bool:
    try:
        read_quote_id(text)
    except InvalidQuoteIdError:
        return True
    return False


@given(public_id=st.binary(min_size=12, max_size=12).map(bytes.hex), expires_at=st.integers(0, 2**32 - 1))
def test_id__of_any_quote__contains_what_was_signed(public_id: str, expires_at: int) -> None:
    text = issue_quote_id(QuoteId(public_id, expires_at))

    assert read_quote_id(text) == QuoteId(public_id, expires_at)
    assert re.fullmatch(ID_PATTERN, text)


def test_id__any_bit_flipped__is_refused() -> None:
    signed = base64.urlsafe_b64decode(issue_quote_id(QUOTE))

    for bit in range(len(signed) * 8):
        flipped = bytearray(signed)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refused(base64.urlsafe_b64encode(flipped).decode()), bit


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[A-Za-z0-9_=+/-]{40,50}", fullmatch=True)))
def test_id__any_other_text__is_refused(text: str) -> None:
    assert refused(text)


def test_id__spelled_differently__is_refused() -> None:
    text = issue_quote_id(QUOTE)

    for other in (f"{text}=", f"{text}\n", f" {text}", text[:-1], f"{text}A", text.swapcase()):
        assert refused(other), other


def test_id__signed_with_another_secret__is_valid_only_for_a_fallback(settings: Settings) -> None:
    text, old = issue_quote_id(QUOTE), settings.SECRET_KEY
    settings.SECRET_KEY = "another"

    assert refused(text)
    settings.SECRET_KEY_FALLBACKS = ["older", old]
    assert read_quote_id(text) == QUOTE


def test_id__of_a_decision__is_refused() -> None:
    with pytest.raises(InvalidQuoteIdError, match="not valid"):
        read_quote_id("lwG4ZjNkZGM2MmEwNDBiOWY3" * 9)
