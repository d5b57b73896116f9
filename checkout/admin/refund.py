"""What was paid for orders, and their refunds, read-only."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.services.amounts import listed, money
from checkout.models import AllocatedLine, Allocation, Refund, RefundedLine


class AllocatedLineInline(ReadOnlyInline):
    """The price of each line."""

    model = AllocatedLine
    fields = ("bought", "quantity", "refunded_quantity", "list_price", "discount", "gross", "tax", "taken_by")
    readonly_fields = ("bought", "list_price", "discount", "gross", "tax", "taken_by")
    ordering = ("position",)
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[AllocatedLine]:
        queryset: QuerySet[AllocatedLine] = super().get_queryset(request)
        return queryset.select_related("allocation", "product")

    @admin.display(description=_("product"))
    def bought(self, line: AllocatedLine) -> SafeString:
        """Return the name of the product, only its SKU if it was deleted."""
        option = "＋ " if line.parent_position is not None else ""
        name = line.product.name if line.product else ""
        return format_html("{}{} <small>{}</small>", option, name, line.sku)

    @admin.display(description=_("list price"))
    def list_price(self, line: AllocatedLine) -> str:
        return money(line.list_minor, line.allocation.currency)

    @admin.display(description=_("discount"))
    def discount(self, line: AllocatedLine) -> str:
        return money(line.discount_minor, line.allocation.currency)

    @admin.display(description=_("paid"))
    def gross(self, line: AllocatedLine) -> str:
        return money(line.net_minor + line.tax_minor, line.allocation.currency)

    @admin.display(description=_("tax included"))
    def tax(self, line: AllocatedLine) -> str:
        return money(line.tax_minor, line.allocation.currency)

    @admin.display(description=_("offer discounts"))
    def taken_by(self, line: AllocatedLine) -> str:
        currency = line.allocation.currency
        return listed(f"{code}: {money(amount, currency)}" for code, amount in line.taken.items()) or "–"


class RefundFigures:
    """The amounts of a refund, in the currency of its order."""

    @admin.display(description=_("refunded"), ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        return money(refund.amount_minor, refund.allocation.currency)

    @admin.display(description=_("tax included"))
    def tax(self, refund: Refund) -> str:
        return money(refund.tax_minor, refund.allocation.currency)

    @admin.display(description=_("if all discounts are kept"))
    def keep(self, refund: Refund) -> str:
        return money(refund.keep_minor, refund.allocation.currency)

    @admin.display(description=_("if all discounts are clawed back"))
    def claw_back(self, refund: Refund) -> str:
        return money(refund.claw_back_minor, refund.allocation.currency)


class RefundInline(RefundFigures, ReadOnlyInline):
    """The refunds of an order."""

    model = Refund
    fields = ("refunded_at", "reason", "amount", "tax", "keep", "claw_back")
    readonly_fields = ("amount", "tax", "keep", "claw_back")
    ordering = ("pk",)
    per_page = 20
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        queryset: QuerySet[Refund] = super().get_queryset(request)
        return queryset.select_related("allocation")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """Orders charged through a quote, and refunded orders without one, newest first."""

    list_display = ("order", "quote", "committed_at", "paid", "tax", "refunded")
    list_select_related = ("order", "quote")
    list_filter = (
        ("order__customer", AutocompleteSelectFilter),
        ("committed_at", RangeDateFilter),
    )
    search_fields = ("order__order_id", "quote__public_id", "order__customer__external_id")
    search_help_text = _("Order, quote or customer ID")
    ordering = ("-committed_at", "-pk")
    fields = (("order", "quote", "committed_at"), ("paid", "tax", "shipping", "refunded", "cancelled_at"))
    readonly_fields = ("tax", "cancelled_at")
    inlines = (AllocatedLineInline, RefundInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        # Added up with the index for the rows of the page, not for all orders.
        lines = AllocatedLine.objects.filter(allocation=OuterRef("pk")).order_by().values("allocation")
        queryset: QuerySet[Allocation] = super().get_queryset(request)
        taxed = queryset.annotate(tax_minor=Subquery(lines.annotate(total=Sum("tax_minor")).values("total")))
        return taxed.defer("quote__content")

    @admin.display(description=_("cancelled at"))
    def cancelled_at(self, allocation: Allocation) -> datetime | None:
        return allocation.order.cancelled_at

    @admin.display(description=_("paid"), ordering="paid_minor")
    def paid(self, allocation: Allocation) -> str:
        return money(allocation.paid_minor, allocation.currency)

    @admin.display(description=_("of which shipping"))
    def shipping(self, allocation: Allocation) -> str:
        return money(allocation.shipping_minor, allocation.currency)

    @admin.display(description=_("tax included"))
    def tax(self, allocation: Any) -> str:
        return money(int(allocation.tax_minor or 0), allocation.currency)

    @admin.display(description=_("refunded"), ordering="refunded_minor")
    def refunded(self, allocation: Allocation) -> str:
        return money(allocation.refunded_minor, allocation.currency)


class RefundedLineInline(ReadOnlyInline):
    """The returned units."""

    model = RefundedLine
    fields = ("sku", "quantity", "net", "tax")
    readonly_fields = ("sku", "net", "tax")
    ordering = ("pk",)
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundedLine]:
        queryset: QuerySet[RefundedLine] = super().get_queryset(request)
        return queryset.select_related("line__allocation")

    @admin.display(description=_("SKU"))
    def sku(self, one: RefundedLine) -> str:
        return one.line.sku

    @admin.display(description=_("net"))
    def net(self, one: RefundedLine) -> str:
        return money(one.net_minor, one.line.allocation.currency)

    @admin.display(description=_("tax"))
    def tax(self, one: RefundedLine) -> str:
        return money(one.tax_minor, one.line.allocation.currency)


@admin.register(Refund)
class RefundAdmin(RefundFigures, ReadOnlyAdmin):
    """Refunds, newest first."""

    list_display = ("refunded_at", "order", "reason", "amount", "keep", "claw_back")
    list_select_related = ("allocation__order",)
    list_filter = (("reason", ChoicesDropdownFilter), ("refunded_at", RangeDateFilter))
    search_fields = ("allocation__order__order_id",)
    search_help_text = _("Order ID")
    ordering = ("-refunded_at", "-pk")
    fields = (("allocation", "refunded_at", "reason"), ("amount", "tax", "keep", "claw_back"))
    inlines = (RefundedLineInline,)

    @admin.display(description=_("order"))
    def order(self, refund: Refund) -> str:
        return refund.allocation.order.order_id
