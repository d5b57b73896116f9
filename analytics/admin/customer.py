"""Customers: what the orders say of a shopper, and nothing more."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from analytics.reports.shopper import read_shopper
from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.columns import labelled
from catalog.services.amounts import money
from offers.models import Customer, CustomerFacts, Segment

COLOURS: dict[str, str] = {
    Segment.CHAMPION: "success",
    Segment.LOYAL: "success",
    Segment.PROMISING: "info",
    Segment.NEW: "info",
    Segment.ATTENTION: "warning",
    Segment.AT_RISK: "danger",
    Segment.LOST: "danger",
}


def facts_of(customer: Customer) -> CustomerFacts | None:
    """Return the facts that were read along, None where nothing is known yet."""
    return getattr(customer, "facts", None)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Shoppers under the id the shop knows them by."""

    list_display = ("external_id", "segment", "order_count", "last_order", "lifetime_value", "declined_count")
    list_select_related = ("facts",)
    list_filter = (
        ("facts__segment", ChoicesDropdownFilter),
        ("facts__next_due_date", RangeDateFilter),
        ("created_at", RangeDateFilter),
    )
    search_fields = ("external_id",)
    search_help_text = _("Customer id")
    ordering = ("external_id",)
    fields = ("external_id", "created_at")
    change_form_outer_after_template = "admin/analytics/customer.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Read the facts along, on a customer's own page too."""
        queryset: QuerySet[Customer] = super().get_queryset(request)
        return queryset.select_related("facts")

    @labelled(description=_("segment"), colours=COLOURS, ordering="facts__segment")
    def segment(self, customer: Customer) -> tuple[str, str] | str:
        facts = facts_of(customer)
        return (facts.segment, facts.get_segment_display()) if facts else "–"

    @admin.display(description=_("orders"), ordering="facts__order_count")
    def order_count(self, customer: Customer) -> int | str:
        facts = facts_of(customer)
        return facts.order_count if facts else "–"

    @admin.display(description=_("last order"), ordering="facts__last_order_date")
    def last_order(self, customer: Customer) -> Any:
        facts = facts_of(customer)
        return facts.last_order_date if facts else "–"

    @admin.display(description=_("expected value"), ordering="facts__lifetime_value_minor")
    def lifetime_value(self, customer: Customer) -> str:
        facts = facts_of(customer)
        return money(facts.lifetime_value_minor, facts.currency) if facts else "–"

    @admin.display(description=_("declined offers"))
    def declined_count(self, customer: Customer) -> int:
        return len(customer.declined)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what is known of the customer below the id."""
        customer = self.get_object(request, unquote(object_id))
        if customer is not None and self.has_view_permission(request, customer):
            extra_context = {**(extra_context or {}), "shopper": read_shopper(customer, now())}
        return super().change_view(request, object_id, form_url, extra_context)
