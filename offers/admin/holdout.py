"""The holdout of the shop: its shares, and the buttons that turn it on and off."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.admin.history import said
from catalog.admin.base import RevisedAdmin
from catalog.admin.below import ContentBelowForm
from catalog.admin.columns import labelled, page_action
from catalog.services.amounts import percent
from offers.models import HoldoutGroups
from offers.services.experiments.holdout import shop_groups, start_groups, stop_groups


class HoldoutPage(ContentBelowForm, RevisedAdmin):
    """The groups of the shop: one row, off until somebody turns it on."""

    revision_domain = "offers"
    list_display = ("name", "state", "held_out", "as_usual", "started_at", "stopped_at")
    list_filter = ("is_on",)
    list_filter_sheet = False
    search_fields = ("seed",)
    ordering = ("pk",)
    actions = None
    list_disable_select_all = True
    fields = (("holdout_share_bp", "usual_share_bp"), ("started_at", "stopped_at"))
    readonly_fields = ("started_at", "stopped_at")
    actions_detail: ClassVar[tuple[str, ...]] = ("turn_on", "turn_off")
    change_form_outer_after_template = "admin/offers/holdout.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the row, also if the holdout was never on."""
        shop_groups()
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    @admin.display(description=gettext_lazy("name"))
    def name(self, groups: HoldoutGroups) -> str:
        return str(groups)

    @labelled(description=gettext_lazy("state"), colours={"on": "success", "off": "info"}, ordering="is_on")
    def state(self, groups: HoldoutGroups) -> tuple[str, str]:
        return ("on", _("on")) if groups.is_on else ("off", _("off"))

    @admin.display(description=gettext_lazy("holdout"), ordering="holdout_share_bp")
    def held_out(self, groups: HoldoutGroups) -> str:
        return percent(groups.holdout_share_bp)

    @admin.display(description=gettext_lazy("business as usual"), ordering="usual_share_bp")
    def as_usual(self, groups: HoldoutGroups) -> str:
        return percent(groups.usual_share_bp)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Do not allow adding a row: there is one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Do not allow deleting the row: the holdout is turned off instead."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: HoldoutGroups | None = None) -> Any:
        """Keep the shares while the groups are on: others would move shoppers between them."""
        shares = ("holdout_share_bp", "usual_share_bp") if obj is not None and obj.is_on else ()
        return (*self.readonly_fields, *shares)

    @page_action(description=gettext_lazy("Turn on"), icon="play_arrow", permission="turn_on")
    def turn_on(self, request: HttpRequest, object_id: str) -> HttpResponse:
        groups = self.get_object(request, object_id)
        return self._take(request, groups, start_groups, gettext_noop("Turned on."))

    @page_action(description=gettext_lazy("Turn off"), icon="stop", permission="turn_off")
    def turn_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        groups = self.get_object(request, object_id)
        return self._take(request, groups, stop_groups, gettext_noop("Turned off."))

    def has_turn_on_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may turn the holdout on, which is off."""
        return self._may(request, object_id, is_on=False)

    def has_turn_off_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Return whether the person may turn the holdout off, which is on."""
        return self._may(request, object_id, is_on=True)

    def content_below(self, row: HoldoutGroups) -> Mapping[str, Any]:
        """Return what the groups will be able to see."""
        return {"sensitivity": self.sensitivity(row)}

    def sensitivity(self, groups: HoldoutGroups) -> Any:
        """Return what the holdout will be able to see, for the page."""
        raise NotImplementedError

    def _may(self, request: HttpRequest, object_id: Any, *, is_on: bool) -> bool:
        if not request.user.has_perm("offers.change_holdoutgroups"):
            return False
        groups = None if object_id is None else self.get_object(request, str(object_id))
        return groups is not None and groups.is_on is is_on

    def _take(
        self,
        request: HttpRequest,
        groups: Any,
        act: Callable[..., HoldoutGroups],
        done: str,
    ) -> HttpResponse:
        """Ask, as a link changes nothing; then do it, write it into the history, and lead back."""
        if request.method == "POST":
            try:
                act(at=now())
            except ValidationError as error:
                messages.error(request, error.messages[0])
            else:
                self.log_change(request, groups, said(done))
                messages.success(request, _(done))
            return redirect("admin:offers_holdoutgroups_change", groups.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(groups),
            "groups": groups,
            "held_out": percent(groups.holdout_share_bp),
            "as_usual": percent(groups.usual_share_bp) if groups.usual_share_bp else "",
        }
        return TemplateResponse(request, "admin/offers/holdout_step.html", context)
