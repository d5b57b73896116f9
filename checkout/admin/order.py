"""Orders, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.admin.columns import labelled
from catalog.admin.filters import ChoiceFilter
from catalog.services.amounts import money
from checkout.models import Allocation, Order, OrderLine, OrderStatus, line_total

STATUS_COLOURS: dict[str, str] = {OrderStatus.PLACED: "success", OrderStatus.CANCELLED: "danger"}


class StatusFilter(ChoiceFilter):
    """Orders that were cancelled, or were not."""

    title = _("status")
    parameter_name = "status"
    options = OrderStatus.choices

    def chosen(self, queryset: QuerySet[Order], value: str) -> QuerySet[Order]:
        """Return the orders with this status."""
        return queryset.filter(cancelled_at__isnull=value == OrderStatus.PLACED)


class OrderLineInline(ReadOnlyInline):
    """The lines of an order, with the offer each is credited to."""

    model = OrderLine
    fields = ("product", "own_id", "quantity", "unit_price", "offer")
    readonly_fields = ("unit_price", "offer")
    ordering = ("position",)
    per_page = 50
    verbose_name_plural = _("order lines")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        queryset: QuerySet[OrderLine] = super().get_queryset(request)
        return queryset.select_related("order", "product", "attribution")

    @admin.display(description=_("unit price"))
    def unit_price(self, line: OrderLine) -> str:
        return money(line.unit_price_minor, line.order.currency)

    @admin.display(description=_("credited to"))
    def offer(self, line: OrderLine) -> str:
        """Return the offer and how the line came to it; a dash if to none."""
        credit = getattr(line, "attribution", None)
        return f"{credit.offer_code} ({credit.get_how_display()})" if credit else "–"


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders under the shop's own IDs, newest first."""

    list_display = ("order_id", "customer", "placed_at", "coloured_status", "line_count", "total")
    list_select_related = ("customer",)
    list_filter = (StatusFilter, ("customer", AutocompleteSelectFilter), ("placed_at", RangeDateFilter))
    search_fields = ("order_id", "customer__external_id")
    search_help_text = _("Order or customer ID")
    ordering = ("-placed_at", "-pk")
    fields = (
        ("order_id", "customer"),
        ("placed_at", "coloured_status", "cancelled_at"),
        ("total", "shipping", "paid", "refunded"),
        "refunds",
    )
    inlines = (OrderLineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        # Counted through the index for the rows of the page, not for all orders.
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        queryset: QuerySet[Order] = super().get_queryset(request)
        return queryset.annotate(
            line_total=Subquery(lines.annotate(total=Count("pk")).values("total")),
            value_minor=Subquery(lines.annotate(total=Sum(line_total())).values("total")),
        )

    @admin.display(description=_("lines"))
    def line_count(self, order: Any) -> int:
        return order.line_total or 0

    @admin.display(description=_("total"))
    def total(self, order: Any) -> str:
        return money(int(order.value_minor or 0), order.currency)

    @admin.display(description=_("shipping"))
    def shipping(self, order: Order) -> str:
        return money(order.shipping_minor, order.currency)

    @labelled(description=_("status"), colours=STATUS_COLOURS)
    def coloured_status(self, order: Order) -> tuple[str, Any]:
        return order.status, order.status.label

    @admin.display(description=_("paid"))
    def paid(self, order: Order) -> SafeString | str:
        """Return what was paid, with a link to what each line cost; a dash if that is unknown."""
        ledger = _ledger_of(order)
        if ledger is None:
            return "–"
        page = reverse("admin:checkout_allocation_change", args=[ledger.pk])
        return format_html('<a href="{}">{}</a>', page, money(ledger.paid_minor, order.currency))

    @admin.display(description=_("refunded"))
    def refunded(self, order: Order) -> str:
        ledger = _ledger_of(order)
        return money(ledger.refunded_minor, order.currency) if ledger else "–"

    @admin.display(description=_("refunds"))
    def refunds(self, order: Order) -> SafeString | str:
        """Return the refunds, one in a line."""
        ledger = _ledger_of(order)
        rows = [
            (
                date_format(localtime(refund.refunded_at), "DATETIME_FORMAT"),
                refund.get_reason_display(),
                money(refund.amount_minor, order.currency),
            )
            for refund in (ledger.refunds.order_by("pk") if ledger else ())
        ]
        return format_html_join(SafeString("<br>"), "{} · {} · {}", rows) or "–"


def _ledger_of(order: Order) -> Allocation | None:
    """Return the ledger of the order; reading it again needs no query."""
    try:
        return order.allocation
    except Allocation.DoesNotExist:
        return None
