"""Orders: what was really bought, to look at only."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.services.amounts import money
from checkout.models import Order, OrderLine, line_total


class OrderLineInline(ReadOnlyInline):
    """The lines of an order, and the offer that led to a line."""

    model = OrderLine
    fields = ("product", "quantity", "unit_price", "offer")
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

    @admin.display(description=_("offer"))
    def offer(self, line: OrderLine) -> str:
        attribution = getattr(line, "attribution", None)
        return attribution.offer_code if attribution else "–"


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders under the shop's own ids, newest first."""

    list_display = ("order_id", "customer", "placed_at", "line_count", "total")
    list_select_related = ("customer",)
    list_filter = (("customer", AutocompleteSelectFilter), ("placed_at", RangeDateFilter))
    search_fields = ("order_id", "customer__external_id")
    search_help_text = _("Order or customer id")
    ordering = ("-placed_at", "-pk")
    fields = ("order_id", "customer", "placed_at", "total")
    inlines = (OrderLineInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        # Counted for the rows of the page, by the index, not for all orders.
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
