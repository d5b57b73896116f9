"""Quotes and their redemptions, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeDateFilter,
)

from catalog.admin.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.admin.columns import labelled
from catalog.services.amounts import money
from checkout.admin.quote_lines import describe_lines
from checkout.models import Quote, RedeemedGift, RedeemedOffer, Redemption, RedemptionState, state_at
from checkout.services.redemption_notes import redemption_notes
from engine.promise.frozen_quote import UnreadableQuoteError, thaw

STATE_COLOURS = {
    RedemptionState.RESERVED: "info",
    RedemptionState.COMMITTED: "success",
    RedemptionState.RELEASED: "warning",
    RedemptionState.EXPIRED: "danger",
    "none": "primary",
}


class RedemptionInline(ReadOnlyInline):
    """The redemptions of a quote, newest first."""

    model = Redemption
    fields = ("current_state", "order_id", "reserved_at", "expires_at", "settled_at")
    readonly_fields = ("current_state",)
    ordering = ("-pk",)
    verbose_name_plural = gettext_lazy("redemptions")
    show_change_link = True
    per_page = 20

    @admin.display(description=gettext_lazy("state"))
    def current_state(self, redemption: Redemption) -> str:
        return str(redemption.state_at(now()).label)


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    """Quotes, newest first."""

    list_display = ("public_id", "created_at", "customer", "discount", "to_pay", "expires_at", "state")
    list_select_related = ("customer",)
    list_filter = (("customer", AutocompleteSelectFilter), ("created_at", RangeDateFilter))
    search_fields = ("public_id", "customer__external_id", "redemptions__order_id")
    search_help_text = gettext_lazy("Quote, customer or order ID")
    ordering = ("-created_at", "-pk")
    fields = (
        ("public_id", "customer", "key"),
        ("created_at", "expires_at"),
        ("list_price", "discount", "to_pay"),
        "lines",
    )
    inlines = (RedemptionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        newest = Redemption.objects.filter(quote=OuterRef("pk")).order_by("-pk")
        queryset: QuerySet[Quote] = super().get_queryset(request)
        # The content is only read on the page of a single quote.
        return queryset.defer("content").annotate(
            newest_state=Subquery(newest.values_list(state_at(now()))[:1])
        )

    @admin.display(description=gettext_lazy("list price"), ordering="list_minor")
    def list_price(self, quote: Quote) -> str:
        return money(quote.list_minor, quote.currency)

    @admin.display(description=gettext_lazy("discount"), ordering="discount_minor")
    def discount(self, quote: Quote) -> str:
        return money(quote.discount_minor, quote.currency)

    @admin.display(description=gettext_lazy("to pay"), ordering="gross_minor")
    def to_pay(self, quote: Quote) -> str:
        return money(quote.gross_minor, quote.currency)

    @labelled(description=gettext_lazy("state"), colours=STATE_COLOURS)
    def state(self, quote: Any) -> tuple[str, str]:
        if quote.newest_state is None:
            return "none", _("not redeemed")
        return quote.newest_state, str(RedemptionState(quote.newest_state).label)

    @admin.display(description=gettext_lazy("priced lines"))
    def lines(self, quote: Quote) -> SafeString:
        try:
            frozen = thaw(quote.content)
        except UnreadableQuoteError:
            return format_html(
                "{}", _("This quote was created by an incompatible version. It cannot be shown.")
            )
        lines = describe_lines(frozen, quote.currency)
        return render_to_string("admin/checkout/quote_lines.html", {"lines": lines})


class RedeemedOfferInline(ReadOnlyInline):
    """The offers that a redemption used."""

    model = RedeemedOffer
    fields = ("offer_code", "version", "discount")
    readonly_fields = ("discount",)
    ordering = ("pk",)
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[RedeemedOffer]:
        queryset: QuerySet[RedeemedOffer] = super().get_queryset(request)
        return queryset.select_related("redemption__quote")

    @admin.display(description=gettext_lazy("discount"))
    def discount(self, redeemed: RedeemedOffer) -> str:
        return money(redeemed.discount_minor, redeemed.redemption.quote.currency)


class RedeemedGiftInline(ReadOnlyInline):
    """The gifts that a redemption took from stock."""

    model = RedeemedGift
    fields = ("product", "quantity")
    ordering = ("pk",)
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[RedeemedGift]:
        queryset: QuerySet[RedeemedGift] = super().get_queryset(request)
        return queryset.select_related("product")


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    """Redemptions, newest first."""

    list_display = ("reserved_at", "quote", "coloured_state", "order_id", "expires_at", "settled_at")
    list_select_related = ("quote",)
    list_filter = (("state", ChoicesDropdownFilter), ("reserved_at", RangeDateFilter))
    search_fields = ("quote__public_id", "order_id", "quote__customer__external_id")
    search_help_text = gettext_lazy("Quote, order or customer ID")
    ordering = ("-reserved_at", "-pk")
    fields = (
        ("quote", "coloured_state", "order_id"),
        ("reserved_at", "expires_at", "settled_at"),
        "notes",
    )
    inlines = (RedeemedOfferInline, RedeemedGiftInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redemption]:
        queryset: QuerySet[Redemption] = super().get_queryset(request)
        return queryset.defer("quote__content")

    @labelled(description=gettext_lazy("state"), colours=STATE_COLOURS, ordering="state")
    def coloured_state(self, redemption: Redemption) -> tuple[str, str]:
        state = redemption.state_at(now())
        return state, str(state.label)

    @admin.display(description=gettext_lazy("notes"))
    def notes(self, redemption: Redemption) -> str:
        return "\n".join(note.detail for note in redemption_notes(redemption)) or "–"
