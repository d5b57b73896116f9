"""Upgrade ladders with sortable tiers."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import SortableInline
from catalog.admin.columns import product_price
from catalog.admin.formsets import SortedFormSet
from catalog.admin.switch import SwitchedAdmin
from catalog.models import UpgradeLadder, UpgradeTier
from catalog.services.amounts import listed
from catalog.services.ladder import faulty_ladders, find_tier_faults, shared_products


class TierFormSet(SortedFormSet):
    """The tiers of a ladder; those of an active one lead up."""

    def clean(self) -> None:
        """Add an error to each product that costs no more than the one below it."""
        super().clean()
        if any(self.errors) or not self.instance.is_active:
            return
        kept = [form for form in self.forms if form.cleaned_data.get("product")]
        rows = [form for form in kept if not form.cleaned_data.get("DELETE")]
        # Rows that were not dragged yet are added last.
        rows.sort(
            key=lambda form: (not form.instance.pk and "position" not in form.changed_data, _place(form))
        )
        for fault in find_tier_faults([form.cleaned_data["product"] for form in rows]):
            rows[fault.place].add_error("product", ValidationError(fault.text, code=fault.code))


def _place(form: Any) -> int:
    place: int = form.cleaned_data.get("position") or 0
    return place


class UpgradeTierInline(SortableInline):
    """The tiers, from basic to premium."""

    model = UpgradeTier
    formset = TierFormSet
    fields = ("label", "product", "price", "gain_en", "gain_ja", "position")
    readonly_fields = ("price",)
    autocomplete_fields = ("product",)
    verbose_name_plural = _("tiers, from basic to premium")

    @admin.display(description=_("price"))
    def price(self, tier: UpgradeTier) -> str:
        return product_price(tier)


@admin.register(UpgradeLadder)
class UpgradeLadderAdmin(SwitchedAdmin):
    """Ladders: products for the same need, from basic to premium."""

    revision_domain = "catalog"
    list_display = ("name", "tier_labels", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "tiers__product__sku", "tiers__product__name")
    search_help_text = _("Name of the ladder, or SKU or name of one of its products")
    ordering = ("name",)
    fields = ("name", "is_active")
    inlines = (UpgradeTierInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UpgradeLadder]:
        queryset: QuerySet[UpgradeLadder] = super().get_queryset(request)
        return queryset.prefetch_related("tiers")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the tiers, and name products that are on another active ladder too."""
        super().save_related(request, form, formsets, change)
        self._warn(request, [form.instance])

    def switch(self, request: HttpRequest, queryset: QuerySet[Any], *, is_active: bool) -> None:
        """Activate only ladders that lead up; name those that do not, and products on several."""
        chosen = list(queryset.exclude(is_active=is_active))
        faulty = faulty_ladders(chosen) if is_active else []
        for ladder, text in faulty:
            words = _("“%(name)s” was not activated: %(fault)s")
            self.message_user(request, words % {"name": ladder.name, "fault": text}, messages.ERROR)
        left_out = [ladder.pk for ladder, _text in faulty]
        super().switch(request, queryset.exclude(pk__in=left_out), is_active=is_active)
        if is_active:
            self._warn(
                request, UpgradeLadder.objects.filter(pk__in={one.pk for one in chosen} - set(left_out))
            )

    def _warn(self, request: HttpRequest, ladders: Any) -> None:
        if shared := shared_products(ladders):
            words = _(
                "These products are on another active ladder too, so shoppers see one of the two: %(names)s"
            )
            names = listed(f"{product} ({ladder})" for product, ladder in shared)
            self.message_user(request, words % {"names": names}, messages.WARNING)

    @admin.display(description=_("tiers"))
    def tier_labels(self, ladder: UpgradeLadder) -> str:
        tiers = sorted(ladder.tiers.all(), key=lambda tier: (tier.position, tier.pk))
        return " → ".join(tier.label for tier in tiers) or "–"
