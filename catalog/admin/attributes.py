"""The editor of a product's attributes: rows of a name and a value, in place of raw JSON."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from catalog.services.values import InvalidValueError, clean_attributes


class AttributesWidget(UnfoldAdminExpandableTextareaWidget):  # type: ignore[misc] # Unfold ships no types
    """A text field with JSON, which a script replaces with rows; without it the text can be edited."""

    class Media:
        js = ("awase/attributes.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the script its words, in the reader's language."""
        words = {
            "name": _("Name"),
            "type": _("Type"),
            "value": _("Value"),
            "text": _("Text"),
            "number": _("Number"),
            "boolean": _("Yes or no"),
            "json": _("JSON"),
            "yes": _("Yes"),
            "no": _("No"),
            "add": _("Add an attribute"),
            "remove": _("Remove"),
            "twice": _("This name is used twice."),
            "wrong": _("This value does not fit its type."),
        }
        given = {**(attrs or {}), "data-attributes": json.dumps(words)}
        context: dict[str, Any] = super().get_context(name, value, given)
        return context


class AttributesField(forms.JSONField):
    """A JSON object that every database can store and the statistics can read."""

    default_error_messages = {
        "invalid": gettext_lazy("Enter the attributes as a JSON object, such as %(example)s."),
    }

    @classmethod
    def for_column(cls, column: "Field[Any, Any]") -> "AttributesField":
        """Return the field for the column."""
        return cls(
            label=str(column.verbose_name).capitalize(),
            required=False,
            help_text=_(
                "What describes the product, such as its size. "
                "Products with similar attributes are treated as similar."
            ),
            widget=AttributesWidget(),
        )

    def to_python(self, value: Any) -> Any:
        """Return the object; refuse what is no JSON, and what no database stores."""
        if value in self.empty_values:
            return {}
        try:
            return clean_attributes(super().to_python(value))
        except InvalidValueError as error:
            raise ValidationError(str(error), code=error.code) from error
        except (ValidationError, ValueError, RecursionError) as error:
            words = self.error_messages["invalid"]
            raise ValidationError(words, code="invalid", params={"example": '{"size": "500 ml"}'}) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show what was sent as it was sent."""
        return initial if self.disabled else data

    def prepare_value(self, value: Any) -> Any:
        """Show letters of all languages as they are, and no attributes in a form for a new row."""
        if value is None:
            return "{}"
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
