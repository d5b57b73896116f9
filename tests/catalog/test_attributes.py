"""The attributes of a product, as its form sends them."""

import pytest
from django.core.exceptions import ValidationError

from catalog.admin.attributes import AttributesField
from catalog.models import Product

FIELD = AttributesField.for_column(Product._meta.get_field("attributes"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", {}),
        (
            '{"size": "500 ml", "organic": true, "parts": [1, 2.5]}',
            {"size": "500 ml", "organic": True, "parts": [1, 2.5]},
        ),
    ],
)
def test_attributes__of_an_object__are_kept_with_their_types(text: str, kept: object) -> None:
    assert FIELD.clean(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        "1",
        "{",
        "null",
        '{"a\\u0000": 1}',
        '{"a": "\\ud800"}',
        '{"a": 1e999}',
        '{"a": NaN}',
        "9" * 5000,
        '{"a":' * 20_000,
    ],
    ids=lambda text: text[:12],
)
def test_attributes__that_cannot_be_stored_or_read__are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        FIELD.clean(text)

    assert FIELD.prepare_value(FIELD.bound_data(text, {})) == text


def test_attributes__of_a_new_product__can_be_sent_as_they_are_shown() -> None:
    shown = FIELD.prepare_value(FIELD.initial)

    assert (shown, FIELD.clean(shown)) == ("{}", {})
