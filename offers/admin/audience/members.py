"""Who is in an audience: the members of its last count, on pages and as a file."""

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from catalog.admin.download import csv_file
from offers.models import Audience, AudienceCount, Customer
from offers.services.audience.export import member_rows
from offers.services.audience.members import Ints, unpack_members
from offers.services.audience.status import count_status
from offers.services.speech import name_of

VIEW: Final = ("offers.view_audience", "offers.view_customer")
EXPORT: Final = "offers.export_audience"
PER_PAGE: Final = 100


def may_export(request: HttpRequest) -> bool:
    """Tell whether the user may download members."""
    return request.user.has_perms((*VIEW, EXPORT))


def members_of_count(audience: Audience) -> Ints:
    """Return the primary keys of the members when they were last counted."""
    packed = AudienceCount.objects.filter(pk=audience.pk).values_list("members", flat=True).first()
    return unpack_members(bytes(packed or b""))


def members_page(request: HttpRequest, audience: Audience) -> HttpResponse:
    """Show one page of the members to users who may see customers."""
    if not request.user.has_perms(VIEW):
        raise PermissionDenied
    page = Paginator(members_of_count(audience), PER_PAGE).get_page(request.GET.get("p"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Members of “%(audience)s”") % {"audience": name_of(audience)},
        "audience": audience,
        "opts": Audience._meta,  # noqa: SLF001 (Django's documented model API)
        "status": count_status(audience, at=now()),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "customers": _customers_on(page),
        "may_export": may_export(request),
    }
    return TemplateResponse(request, "admin/offers/audience_members.html", context)


def _customers_on(page: "Page[int]") -> list[Customer]:
    """Return the customers of the page that still exist."""
    keys = [int(key) for key in page.object_list]
    return list(Customer.objects.filter(pk__in=keys).select_related("facts").order_by("pk"))


def export_members(audience: Audience) -> HttpResponseBase:
    """Return the members as a CSV file for spreadsheets, sent while it is read."""
    return csv_file(member_rows(members_of_count(audience)), name=f"audience-{audience.code}")
