"""Customers: what a decision knows of a shopper, and nothing more."""

import datetime as dt

import numpy as np
from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter

from catalog.admin.base import ReadOnlyAdmin
from catalog.models import Product
from offers.generations import PURCHASE
from offers.models import Customer, CustomerHistory

EPOCH = dt.date(1970, 1, 1)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Shoppers under the id the shop knows them by."""

    list_display = ("external_id", "created_at", "declined_count")
    list_filter = (("created_at", RangeDateFilter),)
    search_fields = ("external_id",)
    search_help_text = gettext_lazy("Customer id")
    ordering = ("external_id",)
    fields = ("external_id", "created_at", "declined_offers", "favourites")

    @admin.display(description=gettext_lazy("declined offers"))
    def declined_count(self, customer: Customer) -> int:
        return len(customer.declined)

    @admin.display(description=gettext_lazy("declined offers"))
    def declined_offers(self, customer: Customer) -> str:
        return ", ".join(sorted(customer.declined)) or "–"

    @admin.display(description=gettext_lazy("buys most often"))
    def favourites(self, customer: Customer) -> SafeString | str:
        """List what the customer bought, most often first, by the generation that serves."""
        history = CustomerHistory.objects.filter(customer=customer).first()
        if history is None:
            return _("No history yet: it comes with the next recompute.")
        records = np.frombuffer(history.purchases, PURCHASE)
        products = Product.objects.in_bulk(records["product"].tolist())
        rows = format_html_join(
            "",
            "<li>{} <small>{}</small></li>",
            (
                (
                    products[product],
                    _("in %(count)s orders, last on %(date)s")
                    % {"count": orders, "date": date_format(EPOCH + dt.timedelta(days=last_day))},
                )
                for product, orders, last_day in records.tolist()
                if product in products
            ),
        )
        return format_html('<ol class="awase-list">{}</ol>', rows)
