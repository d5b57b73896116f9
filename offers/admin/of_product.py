"""Lists whose rows each concern one product and link to the page with its facts."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from catalog.admin.base import ReadOnlyAdmin


class OfProductAdmin(ReadOnlyAdmin):
    """A list whose rows have the product's key for their own, and no page but the product's."""

    list_display_links = None
    list_select_related = ("product",)

    def change_view(self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Go to the page of the product."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            pages: Any = self  # the stubs do not know what Django itself answers here
            missing: HttpResponse = pages._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # noqa: SLF001
            return missing
        return redirect("admin:offers_productpartners_product", row.product_id)
