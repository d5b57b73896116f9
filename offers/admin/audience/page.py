"""Audiences: their list, the form with their conditions, their count."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_POST
from unfold.contrib.filters.admin import RangeDateFilter

from accounts.admin.history import said
from catalog.admin.base import RevisedAdmin
from catalog.admin.below import ContentBelowForm
from catalog.admin.columns import first_names
from offers.admin.audience.form import AudienceForm
from offers.admin.audience.members import export_members, may_export, members_page
from offers.admin.audience.report import read_report, size_text
from offers.admin.conditions.page import ConditionsPage
from offers.models import Audience
from offers.services.audience.count import request_counts
from offers.services.audience.status import count_status
from offers.services.audience.uses import audiences_with, uses_of_audiences


@admin.register(Audience)
class AudienceAdmin(ContentBelowForm, ConditionsPage, RevisedAdmin):
    """Named sets of customers, with their size and where they are used."""

    revision_domain = "offers"
    form = AudienceForm
    list_display = ("name_en", "name_ja", "for_whom", "size", "used_in")
    list_select_related = ("count",)
    list_filter = (("count__counted_at", RangeDateFilter), ("updated_at", RangeDateFilter))
    search_fields = ("code", "name_en", "name_ja", "description")
    search_help_text = gettext_lazy("Code, name or description")
    ordering = ("name_en", "pk")
    prepopulated_fields = {"code": ("name_en",)}
    fields = (("name_en", "name_ja"), "code", "description", "conditions")
    list_before_template = "admin/offers/audience_counts.html"
    change_form_outer_after_template = "admin/offers/audience.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Audience]:
        """Leave the members, which may be many, in the database."""
        queryset: QuerySet[Audience] = super().get_queryset(request)
        return queryset.select_related("count").defer("count__members")

    @admin.display(description=gettext_lazy("customers"), ordering="count__size")
    def size(self, audience: Audience) -> SafeString | str:
        status = count_status(audience, at=now())
        text, detail = size_text(status)
        return format_html("{} <small>{}</small>", text, detail) if detail else text

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, audience: Audience) -> SafeString | str:
        return first_names(audience.used_in)  # type: ignore[attr-defined] # set for the list below

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Find what uses the audiences of the page, for all of them at once."""
        listed = super().get_changelist_instance(request)
        uses = uses_of_audiences()
        for audience in listed.result_list:
            audience.used_in = [use.name for use in uses.get(audience.pk, ())]
        return listed

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Request a count wherever the conditions changed: of this audience and of those that contain it."""
        super().save_related(request, form, formsets, change)
        if not change or "conditions" in form.changed_data:
            request_counts(audiences=audiences_with(form.instance), at=now())

    def get_urls(self) -> list[Any]:
        """Add the count and the members."""
        views: list[tuple[str, str, Any]] = [
            ("recount/", "recount_all", require_POST(self.recount_all_view)),
            ("<int:audience_pk>/recount/", "recount", require_POST(self.recount_view)),
            ("<int:audience_pk>/status/", "status", require_GET(self.status_view)),
            ("<int:audience_pk>/members/", "members", require_GET(self.members_view)),
            ("<int:audience_pk>/members/export/", "export", require_POST(self.export_view)),
        ]
        site = self.admin_site
        own = [path(at, site.admin_view(view), name=f"offers_audience_{name}") for at, name, view in views]
        return [*own, *super().get_urls()]

    def recount_all_view(self, request: HttpRequest) -> HttpResponse:
        """Request a count of all audiences; a worker picks it up."""
        self._require_change(request)
        count = request_counts(audiences=Audience.objects.all(), at=now())
        words = ngettext(
            "%(count)d audience will be counted within moments.",
            "%(count)d audiences will be counted within moments.",
            count,
        )
        messages.success(request, words % {"count": count})
        return redirect("admin:offers_audience_changelist")

    def recount_view(self, request: HttpRequest, audience_pk: int) -> HttpResponse:
        """Request a count of one audience."""
        self._require_change(request)
        audience = get_object_or_404(Audience, pk=audience_pk)
        request_counts(audiences=Audience.objects.filter(pk=audience.pk), at=now())
        return redirect("admin:offers_audience_change", audience.pk)

    def status_view(self, request: HttpRequest, audience_pk: int) -> HttpResponse:
        """Return the status of the count; pages ask for it while a count is open."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        audience = get_object_or_404(self.get_queryset(request), pk=audience_pk)
        context = {"audience": audience, "status": count_status(audience, at=now())}
        return TemplateResponse(request, "admin/offers/audience_status.html", context)

    def members_view(self, request: HttpRequest, audience_pk: int) -> HttpResponse:
        """Show who was in the audience when it was last counted."""
        return members_page(request, get_object_or_404(self.get_queryset(request), pk=audience_pk))

    def export_view(self, request: HttpRequest, audience_pk: int) -> HttpResponseBase:
        """Send the members as a file, and keep in the history who downloaded it."""
        if not may_export(request):
            raise PermissionDenied
        audience = get_object_or_404(self.get_queryset(request), pk=audience_pk)
        self.log_change(request, audience, said(gettext_noop("Downloaded the members.")))
        return export_members(audience)

    def content_below(self, row: Audience) -> Mapping[str, Any]:
        """Return who is in the audience and where it is used."""
        return {"audience_report": read_report(row, at=now())}

    def _require_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied
