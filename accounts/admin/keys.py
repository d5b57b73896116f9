"""Fields that choose rows: a key that no row can have is an error of the field, not of the database."""

from collections.abc import Collection
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.forms import ModelMultipleChoiceField

# The number of digits of the largest key that every database supports.
KEY_DIGITS = 18


def is_key(value: Any) -> bool:
    """Return whether a row can have this key."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= KEY_DIGITS


class KeySelect(AutocompleteSelect):
    """An autocomplete for one row."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        """Return the selected option; look up nothing that cannot exist."""
        return super().optgroups(name, [key for key in value if not key or is_key(key)], attrs)


class KeySelectMultiple(AutocompleteSelectMultiple):
    """An autocomplete for several rows."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        """Return the selected options; look up nothing that cannot exist."""
        return super().optgroups(name, [key for key in value if is_key(key)], attrs)


class KeysField(ModelMultipleChoiceField):  # type: ignore[type-arg] # generic for type checkers only
    """A field for several rows."""

    def _check_values(self, value: Collection[Any]) -> Any:
        """Refuse what cannot be a key before the database is asked for all of them."""
        for key in value:
            if not is_key(key):
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": key})
        return super()._check_values(value)  # type: ignore[misc] # not in the stubs
