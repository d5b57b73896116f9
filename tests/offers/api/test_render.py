"""Amounts and reasons, as shoppers and storefronts read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money import MAX_MINOR, exponent_of, to_major
from gateway.api.render import money
from gateway.api.shapes.types import Money
from offers.api.reasons import reason_text


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1980, "JPY", "1980"),
        (1999, "USD", "19.99"),
        (5, "USD", "0.05"),
        (1, "KWD", "0.001"),
        (0, "EUR", "0.00"),
    ],
)
def test_money__minor_units__are_written_in_major(minor: int, currency: str, amount: str) -> None:
    assert money(minor, currency) == Money(amount, currency)


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["JPY", "USD", "KWD", "CLF"]))
def test_to_major__any_amount__matches_decimal(minor: int, currency: str) -> None:
    assert to_major(minor, currency) == f"{Decimal(minor).scaleb(-exponent_of(currency)):f}"


@pytest.mark.parametrize(
    ("code", "evidence", "text"),
    [
        ("bought_together", {"orders": 312, "lift": 3.1}, "Bought together in 312 orders"),
        ("bought_together", {"orders": 1}, "Bought together in 1 order"),
        ("bought_together", {"orders": 0, "pinned": 1}, "Often bought together"),
        ("popular", {"orders": 12_345}, "Bought in 12,345 recent orders"),
        ("due_for_repurchase", {"interval_days": 30}, "Usually needed again after 30 days"),
        ("due_for_repurchase", {}, "You may need this again soon"),
        ("ladder", {"from": "梅", "to": "竹"}, "The next step up"),
        ("something new", {"orders": 3}, ""),
    ],
)
def test_reason__evidence__is_in_the_sentence(code: str, evidence: dict[str, int | str], text: str) -> None:
    assert reason_text(code, evidence, "en") == text


def test_reason__other_language__is_another_sentence() -> None:
    english = reason_text("bought_together", {"orders": 2}, "en")
    japanese = reason_text("bought_together", {"orders": 2}, "ja")

    assert japanese != english
    assert "2" in japanese
