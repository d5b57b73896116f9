"""Attributes of customers: declared here, filled by the API and by imports."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from catalog.admin.base import SortableInline
from catalog.admin.formsets import SortedFormSet
from catalog.admin.switch import SwitchedAdmin
from catalog.services.amounts import listed
from offers.models import WITH_CHOICES, AttributeChoice, CustomerAttribute
from offers.services.speech import name_of


class ChoiceFormSet(SortedFormSet):
    """The choices of an attribute, which only some types have."""

    def clean(self) -> None:
        """Refuse an attribute without the choices that its type needs, and choices that it does not have."""
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if self.instance.type in WITH_CHOICES and not kept:
            raise ValidationError(_("This type needs at least one choice."), code="required")
        if self.instance.type not in WITH_CHOICES and kept:
            raise ValidationError(_("Only choices and lists have choices. Remove them."), code="invalid")


class AttributeChoiceInline(SortableInline):
    """The choices, in the order in which they are shown."""

    model = AttributeChoice
    formset = ChoiceFormSet
    fields = ("code", "name_en", "name_ja", "position")
    select_related = ()


@admin.register(CustomerAttribute)
class CustomerAttributeAdmin(SwitchedAdmin):
    """What the shop knows of its customers. Code and type stay: customers hold values of them."""

    revision_domain = "offers"
    list_display = ("name_en", "name_ja", "code", "type", "choice_names", "is_active")
    list_filter = (("type", ChoicesDropdownFilter), "is_active")
    search_fields = ("code", "name_en", "name_ja")
    search_help_text = _("Code or name of the attribute")
    ordering = ("name_en", "pk")
    fields = ("code", "name_en", "name_ja", "type", "is_active")
    inlines = (AttributeChoiceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerAttribute]:
        queryset: QuerySet[CustomerAttribute] = super().get_queryset(request)
        return queryset.prefetch_related("choices")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix the code and the type once customers may have values."""
        return (*super().get_readonly_fields(request, obj), *(("code", "type") if obj else ()))

    @admin.display(description=_("choices"))
    def choice_names(self, attribute: CustomerAttribute) -> str:
        choices = sorted(attribute.choices.all(), key=lambda choice: (choice.position, choice.pk))
        return listed(map(name_of, choices)) or "–"
