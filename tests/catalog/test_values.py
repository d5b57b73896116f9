from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.product import ProductInput
from catalog.services.product_input import draft_items
from catalog.services.values import (
    InvalidValueError,
    clean_amount,
    clean_attributes,
    clean_measured_amount,
    clean_rate,
    clean_sku,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
# Values of a hundred leaves, which is usual, take three times as long to make.
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=25
)


@pytest.mark.parametrize(
    ("text", "currency", "minor"), [("19.99", "USD", 1999), ("1980", "JPY", 1980), ("1.234", "KWD", 1234)]
)
def test_amount__exact__becomes_minor_units(text: str, currency: str, minor: int) -> None:
    assert clean_amount(text, currency=currency) == minor


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_measured_amount__any__is_rounded_half_up(price: Decimal) -> None:
    minor = clean_measured_amount(f"{price:f}", currency="USD")

    assert Decimal("-0.5") < minor - price * 100 <= Decimal("0.5")


@pytest.mark.parametrize(("text", "points"), [("0.08", 800), ("0.0775", 775), ("0", 0), ("1", 10_000)])
def test_rate__between_0_and_1__becomes_basis_points(text: str, points: int) -> None:
    assert clean_rate(text) == points


@given(st.text())
def test_sku__already_clean__is_unchanged(text: str) -> None:
    try:
        sku = clean_sku(text)
    except InvalidValueError:
        return

    assert clean_sku(sku) == sku
    assert len(sku) <= 64


@given(st.dictionaries(st.text(), ANYTHING))
def test_attributes__already_clean__are_unchanged(attributes: dict[str, Any]) -> None:
    try:
        clean = clean_attributes(attributes)
    except InvalidValueError:
        return

    assert clean_attributes(clean) == clean == attributes


@given(st.dictionaries(st.sampled_from(ProductInput.__struct_fields__[1:]), ANYTHING), ANYTHING)
def test_draft__any_values__returns_errors_and_never_raises(fields: dict[str, Any], sku: Any) -> None:
    (draft,) = draft_items([ProductInput(sku=sku, **fields)])

    draft.shown_sku.encode()
    assert all(error.pointer.startswith("/") for error in draft.errors)
