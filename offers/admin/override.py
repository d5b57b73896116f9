"""Pinned and excluded partners: decisions of merchandisers that override the statistics."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, RangeDateFilter

from catalog.admin.base import RevisedAdmin
from catalog.admin.columns import labelled
from offers.models import OverrideAction, PartnerOverride


@admin.register(PartnerOverride)
class PartnerOverrideAdmin(RevisedAdmin):
    """Every pin and exclusion, with who decided it; it outlives every recompute."""

    revision_domain = "offers"
    list_display = ("product", "decision", "partner", "decided_by", "decided_at", "note")
    list_select_related = ("product", "partner", "decided_by")
    list_filter = (
        ("action", ChoicesDropdownFilter),
        ("product", AutocompleteSelectFilter),
        ("decided_by", AutocompleteSelectFilter),
        ("decided_at", RangeDateFilter),
    )
    search_fields = ("product__sku", "product__name", "partner__sku", "partner__name", "note")
    search_help_text = _("SKU or name of either product, or the note")
    autocomplete_fields = ("product", "partner")
    ordering = ("-decided_at", "-pk")
    fields = ("product", "action", "partner", "note", "decided_by", "decided_at")
    readonly_fields = ("decided_by", "decided_at")

    @labelled(
        description=_("decision"),
        colours={OverrideAction.PIN: "success", OverrideAction.VETO: "danger"},
        ordering="action",
    )
    def decision(self, override: PartnerOverride) -> tuple[str, str]:
        return override.action, override.get_action_display()

    def save_model(self, request: HttpRequest, obj: PartnerOverride, form: Any, change: bool) -> None:
        """Keep who decided last."""
        obj.decided_by_id = request.user.pk
        super().save_model(request, obj, form, change)
