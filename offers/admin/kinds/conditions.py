"""The conditions of an offer in its form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class ConditionsField(forms.JSONField):
    """A condition tree as JSON; the model says what is wrong with the tree."""

    def to_python(self, value: Any) -> Any:
        """Return the value; refuse what is no JSON, however deep it is nested."""
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            words = self.error_messages["invalid"]
            raise ValidationError(words, code="invalid", params={"value": str(value)[:200]}) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show what was sent as it was sent."""
        return initial if self.disabled else data
