"""Customers: the statistics from their orders."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from accounts.admin.history import said
from analytics.admin.customer_form import CustomerForm, attributes_field
from analytics.reports.customer import read_customer_report
from analytics.reports.signals import read_customer_signals
from catalog.admin.base import ReadOnlyAdmin
from catalog.admin.below import ContentBelowForm
from catalog.admin.columns import labelled
from catalog.services.amounts import money
from offers.admin.wording import code_text
from offers.models import Customer, CustomerFacts, Segment
from offers.services.restraint.ledger import Person, known_ledger
from offers.services.restraint.refusals import lift_refusals, refused_in

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
    """Return the facts loaded with the customer, None if there are none yet."""
    return getattr(customer, "facts", None)


@admin.register(Customer)
class CustomerAdmin(ContentBelowForm, ReadOnlyAdmin):
    """Customers, listed by the shop's own id."""

    list_display = ("external_id", "segment", "order_count", "last_order", "lifetime_value", "declined_count")
    list_select_related = ("facts", "ledger")
    list_filter = (
        ("facts__segment", ChoicesDropdownFilter),
        ("facts__next_due_date", RangeDateFilter),
        ("created_at", RangeDateFilter),
    )
    search_fields = ("external_id", "merged__external_id")
    search_help_text = _("Customer ID")
    ordering = ("external_id",)
    form = CustomerForm
    fields = ("external_id", "created_at", "attributes")
    readonly_fields = ("external_id", "created_at")
    change_form_outer_after_template = "admin/analytics/customer.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Read the facts in the same query, also on a customer's page."""
        queryset: QuerySet[Customer] = super().get_queryset(request)
        return queryset.filter(merged_into=None).select_related("facts", "ledger")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those who may change customers edit their attributes."""
        return request.user.has_perm("offers.change_customer")

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Edit the attributes by name, type and value."""
        if db_field.name == "attributes":
            return attributes_field(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Save the attributes only; the row is locked, and everything else belongs to other writers."""
        obj.save(update_fields=["attributes"])

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

    @admin.display(description=_("expected spend (1 year)"), ordering="facts__lifetime_value_minor")
    def lifetime_value(self, customer: Customer) -> str:
        facts = facts_of(customer)
        return money(facts.lifetime_value_minor, facts.currency) if facts else "–"

    @admin.display(description=_("declined"))
    def declined_count(self, customer: Customer) -> int:
        row = getattr(customer, "ledger", None)
        if row is None:
            return 0
        facts = facts_of(customer)
        due = bytes(facts.due) if facts else b""
        known = known_ledger(packed=bytes(row.entries), due=due, is_personalised=customer.is_personalised)
        refused = refused_in(known, at=now())
        return len(refused.offers) + len(refused.products)

    def get_urls(self) -> list[Any]:
        """Add the address that lifts a refusal."""
        view = self.admin_site.admin_view(require_POST(self.lift_view))
        return [path("<int:customer_pk>/lift/", view, name="offers_customer_lift"), *super().get_urls()]

    def lift_view(self, request: HttpRequest, customer_pk: int) -> HttpResponse:
        """Let an offer or products that the customer declined be shown to them again."""
        if not request.user.has_perm("offers.change_customer"):
            raise PermissionDenied
        customer = get_object_or_404(Customer, pk=customer_pk)
        offer, products = request.POST.get("offer", ""), request.POST.get("products", "")
        scope, declined = ("offer", offer) if offer else ("product", products)
        if lift_refusals(person=Person(customer.pk), subjects=[(scope, declined)]):
            words = gettext_noop("“%(declined)s” can be shown to this customer again.")
            self.log_change(request, customer, said(words, declined=declined))
            self.message_user(request, gettext(words) % {"declined": declined}, messages.SUCCESS)
        return redirect("admin:offers_customer_change", customer_pk)

    def content_below(self, row: Customer) -> Mapping[str, Any]:
        """Return the customer's statistics and signals."""
        return {
            "report": read_customer_report(row, now(), code_text),
            "signals": read_customer_signals(row),
        }
