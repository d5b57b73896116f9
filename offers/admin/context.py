"""Context values: what requests may say in the shop's own terms."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from catalog.admin.amounts import AmountForm
from catalog.admin.base import RevisedAdmin
from offers.models import ContextValue


class ChoicesField(forms.Field):
    """Texts, one in each line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Return the texts as they are edited."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """Return the lines that say something."""
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]


class ContextValueForm(AmountForm):
    """A context value whose choices are entered one in each line."""

    choices = ChoicesField(
        label=_("Choices"),
        required=False,
        help_text=_("One in each line. Only if the value is one of some choices."),
    )


@admin.register(ContextValue)
class ContextValueAdmin(RevisedAdmin):
    """What the storefront may tell about a request, for the conditions of offers."""

    revision_domain = "offers"
    form = ContextValueForm
    list_display = ("name_en", "name_ja", "code", "type")
    list_filter = ("type",)
    search_fields = ("code", "name_en", "name_ja")
    search_help_text = _("Code or name")
    ordering = ("code", "pk")
    fields = ("code", ("name_en", "name_ja"), "type", "choices")
