"""The list of all offers with their recent results; each is edited on the page of its kind."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.views import ChangeList as UnfoldChangeList

from analytics.reports.results.recent import OfferResults, read_recent
from offers.admin.offer import OfferListAdmin
from offers.models import Offer

PERIOD_DAYS = 28
# Users who may view orders may view the sales of offers.
PERMISSION = "checkout.view_order"


class ResultsChangeList(UnfoldChangeList):  # type: ignore[misc] # Unfold ships no types
    """A page of offers with their results."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the results of its offers."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        if "brought" in self.list_display:
            results = read_recent([row.code for row in rows], days=PERIOD_DAYS, at=now())
            for row in rows:
                row.results = results.get(row.code, OfferResults())
        self.result_list = rows


@admin.register(Offer)
class OfferAdmin(OfferListAdmin):
    """The list of all offers, with their state and their results."""

    list_display = ("named", "gives", "where", "for_whom", "priority", "state", "brought")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        changelist: type[ChangeList] = ResultsChangeList
        return changelist

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Hide the results from users who may not view orders."""
        shown = self.list_display
        return shown if request.user.has_perm(PERMISSION) else tuple(one for one in shown if one != "brought")

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def named(self, offer: Offer) -> SafeString:
        words = '{}<br><small class="awase-hint">{} · <span class="awase-nowrap">{}</span></small>'
        return format_html(words, offer.name, offer.get_kind_display(), offer.code)

    @admin.display(description=gettext_lazy("last 28 days"))
    def brought(self, offer: Any) -> SafeString:
        """Return the sales, uses, discounts and acceptances of the offer."""
        results: OfferResults = offer.results
        lines = []
        if results.order_count:
            words = ngettext(
                "%(sold)s from %(count)d order", "%(sold)s from %(count)d orders", results.order_count
            )
            lines.append(words % {"sold": results.sold_text, "count": results.order_count})
        if results.use_count:
            used = ngettext("%(count)d use", "%(count)d uses", results.use_count)
            used %= {"count": results.use_count}
            has_cost = any(results.discount.values())
            lines.append(f"{used}, −{results.discount_text}" if has_cost else used)
        if results.seen:
            words = _("%(seen)s impressions, %(accepted)s accepted")
            lines.append(words % {"seen": f"{results.seen:,}", "accepted": f"{results.accepted:,}"})
        if not lines:
            return format_html('<span class="awase-hint">{}</span>', _("No results yet"))
        link = f"{reverse('results_offer', args=[offer.code])}?period={PERIOD_DAYS}"
        words = '<a href="{}"><strong>{}</strong></a><br><small class="awase-hint">{}</small>'
        return format_html(words, link, lines[0], " · ".join(lines[1:]))
