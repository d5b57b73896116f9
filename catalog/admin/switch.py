"""Activate or deactivate many rows at once."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin.base import RevisedAdmin
from catalog.services.revision import raise_revision


class SwitchedAdmin(RevisedAdmin):
    """A page whose rows have `is_active`, with two actions to set it."""

    actions = ("activate", "deactivate")

    @admin.action(description=_("Activate the selected rows"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.switch(request, queryset, is_active=True)

    @admin.action(description=_("Deactivate the selected rows"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.switch(request, queryset, is_active=False)

    def switch(self, request: HttpRequest, queryset: QuerySet[Any], *, is_active: bool) -> None:
        """Set `is_active` and report how many rows changed."""
        change_rows(self, request, queryset.exclude(is_active=is_active), is_active=is_active)


def change_rows(page: RevisedAdmin, request: HttpRequest, queryset: QuerySet[Any], **values: Any) -> None:
    """Set the same values on many rows in one statement, raise the revision and report the count."""
    with transaction.atomic():
        # A searched or joined queryset cannot be updated directly, so it is updated by its keys.
        rows = page.get_queryset(request).model.objects.filter(pk__in=queryset.order_by().values("pk"))
        count = rows.update(**values)
        if count:
            raise_revision(domain=page.revision_domain)
    page.message_user(
        request,
        ngettext("%(count)d row was changed.", "%(count)d rows were changed.", count) % {"count": count},
        messages.SUCCESS,
    )
