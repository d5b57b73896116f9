"""Batches of promotion codes: their list, their form with a sample, their progress and their codes."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from accounts.admin.history import said
from accounts.admin.keys import is_key
from catalog.admin.base import AwaseAdmin
from catalog.admin.below import ContentBelowForm
from catalog.admin.download import FORMATS, table_file
from engine.conditions.code import normalize_code
from offers.admin.codes.form import CodeBatchForm
from offers.admin.codes.words import STATES
from offers.admin.editor import editor
from offers.models import BatchState, CodeBatch, GeneratedCode
from offers.services.codes.export import FIELDS, code_rows
from offers.services.codes.generate import cancel_batch, request_batch
from offers.services.codes.revoke import restore_batch, revoke_batch, switch_code
from offers.services.codes.status import batch_status, count_codes

EXPORT: Final = "offers.export_codebatch"


@admin.register(CodeBatch)
class CodeBatchAdmin(ContentBelowForm, AwaseAdmin):
    """Batches of codes with what became of them."""

    form = CodeBatchForm
    list_display = ("name", "offer", "size", "uses_per_code", "starts_at", "ends_at", "progress")
    list_select_related = ("offer",)
    list_filter = (("offer", AutocompleteSelectFilter), ("requested_at", RangeDateFilter))
    search_fields = ("name", "prefix")
    search_help_text = gettext_lazy("Name, prefix or a whole code")
    ordering = ("-requested_at", "-pk")
    autocomplete_fields = ("offer", "customer", "audience")
    change_form_outer_after_template = "admin/offers/code_batch.html"
    fields = (
        "name",
        "offer",
        ("size", "prefix"),
        ("alphabet", "length"),
        ("uses_per_code", "customer_limit"),
        ("starts_at", "ends_at"),
        ("customer", "audience"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only the name and the period of a batch change: its codes may have been sent to customers."""
        if obj is None:
            return ()
        fixed = ("offer", "size", "prefix", "alphabet", "length", "uses_per_code", "customer_limit")
        return (*fixed, "customer", "audience")

    @admin.display(description=gettext_lazy("state"))
    def progress(self, batch: CodeBatch) -> str:
        status = batch_status(batch, at=now())
        text = str(STATES[status.state])
        return f"{text} {status.percent}%" if status.state == "generating" else text

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also find the batch of a whole code."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if code := normalize_code(search_term):
            owner = GeneratedCode.objects.filter(code=code).values("batch")
            return found | queryset.filter(pk__in=owner), has_duplicates
        return found, has_duplicates

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether a batch may be deleted: only one that was cancelled, so that it has no codes."""
        is_empty = isinstance(obj, CodeBatch) and obj.state == BatchState.CANCELLED
        return is_empty and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CodeBatch, form: Any, change: bool) -> None:
        """Request a new batch; a worker generates its codes."""
        if change:
            super().save_model(request, obj, form, change)
            return
        obj.requested_by = editor(request)
        request_batch(batch=obj)

    def response_add(
        self, request: HttpRequest, obj: CodeBatch, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the progress of the new batch."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("The codes will be generated within moments."))
        return redirect("admin:offers_codebatch_change", obj.pk)

    def get_urls(self) -> list[Any]:
        """Add the sample, the progress, the file, and what can be done with a batch and its codes."""
        views: list[tuple[str, str, Any]] = [
            ("sample/", "sample", require_POST(self.sample_view)),
            ("<int:batch_pk>/status/", "status", require_GET(self.status_view)),
            ("<int:batch_pk>/cancel/", "cancel", require_POST(self.cancel_view)),
            ("<int:batch_pk>/revoke/", "revoke", require_POST(self.revoke_view)),
            ("<int:batch_pk>/export/<str:file_format>/", "export", require_POST(self.export_view)),
        ]
        site = self.admin_site
        own = [path(at, site.admin_view(view), name=f"offers_codebatch_{name}") for at, name, view in views]
        return [*own, *super().get_urls()]

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        """Return codes as the form would generate them; nothing is stored."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        context = {"sample": form.sample(), "form": form}
        return TemplateResponse(request, "admin/offers/code_sample.html", context)

    def status_view(self, request: HttpRequest, batch_pk: int) -> HttpResponse:
        """Return the progress; pages ask for it while there is something to do, and then once reload."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(CodeBatch, pk=batch_pk)
        status = batch_status(batch, at=now())
        answer = TemplateResponse(
            request, "admin/offers/code_batch_status.html", {"batch": batch, "status": status}
        )
        if not status.is_open:
            answer["HX-Refresh"] = "true"
        return answer

    def cancel_view(self, request: HttpRequest, batch_pk: int) -> HttpResponse:
        """Cancel a batch that is being generated."""
        batch = self._changeable(request, batch_pk)
        if cancel_batch(batch=batch):
            self.log_change(request, batch, said(gettext_noop("Cancelled.")))
            messages.success(request, _("Cancelled. The codes generated so far are removed."))
        else:
            messages.warning(request, _("The batch is ready. Revoke it instead."))
        return redirect("admin:offers_codebatch_change", batch.pk)

    def revoke_view(self, request: HttpRequest, batch_pk: int) -> HttpResponse:
        """Revoke or restore a batch, or one of its codes."""
        batch, is_revoked = self._changeable(request, batch_pk), request.POST.get("revoke") == "1"
        code = _entered(request.POST.get("code", ""))
        if code:
            is_changed = switch_code(batch=batch, code=code, is_revoked=is_revoked)
            revoked = gettext_noop("Revoked the code %(code)s.")
            words = revoked if is_revoked else gettext_noop("Restored the code %(code)s.")
        elif is_revoked:
            is_changed, words = revoke_batch(batch=batch, at=now()), gettext_noop("Revoked the batch.")
        else:
            is_changed, words = restore_batch(batch=batch), gettext_noop("Restored the batch.")
        if is_changed:
            self.log_change(request, batch, said(words, code=code) if code else said(words))
            messages.success(request, _(words) % {"code": code})
        query, fragment = ({"find": code}, "codes") if code else (None, None)
        address = "admin:offers_codebatch_change"
        return redirect(reverse(address, args=[batch.pk], query=query, fragment=fragment))

    def export_view(self, request: HttpRequest, batch_pk: int, file_format: str) -> HttpResponseBase:
        """Send the codes as a file, and keep in the history who downloaded them."""
        if not (self.has_view_permission(request) and request.user.has_perm(EXPORT)):
            raise PermissionDenied
        batch = get_object_or_404(CodeBatch, pk=batch_pk, state=BatchState.READY)
        if file_format not in FORMATS:
            raise Http404
        self.log_change(request, batch, said(gettext_noop("Downloaded the codes.")))
        name = f"codes-{batch.pk}"
        answer = table_file(code_rows(batch), fields=FIELDS, name=name, file_format=file_format)
        answer["Cache-Control"] = "no-store"
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Find the code that was searched for."""
        found = _entered(request.GET.get("find", ""))
        code = None
        if found and is_key(object_id):
            code = GeneratedCode.objects.filter(batch=int(object_id), code=found).first()
        more = {"find": found, "found": code, "may_export": request.user.has_perm(EXPORT)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def content_below(self, row: CodeBatch) -> Mapping[str, Any]:
        """Return how far the batch is and what became of its codes."""
        at = now()
        status = batch_status(row, at=at)
        return {"batch_status": status, "counts": count_codes(row, at=at) if status.is_published else None}

    def _changeable(self, request: HttpRequest, batch_pk: int) -> CodeBatch:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(CodeBatch, pk=batch_pk)


def _entered(text: str) -> str:
    """Return a code that somebody entered as codes are compared; no database holds the character NUL."""
    return normalize_code(text.replace("\0", ""))
