"""Pages that show more than the form of a row."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object


class ContentBelowForm(_Page):
    """A page whose template shows what is known of the row, to users who may view it."""

    def content_below(self, row: Any) -> Mapping[str, Any]:
        """Return what the template shows of the row, by name."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form and the content below it."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and self.has_view_permission(request, row):
            extra_context = {**(extra_context or {}), **self.content_below(row)}
        return super().change_view(request, object_id, form_url, extra_context)
