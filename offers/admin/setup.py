"""The button that gives a new shop its placements and first offers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from offers.admin.editor import editor
from offers.services.starter import set_up_shop

PERMISSIONS = ("offers.add_placement", "offers.add_offer")


def setup_context(request: HttpRequest, *, is_empty: bool) -> dict[str, Any]:
    """Return the template context of the button: offered in an empty shop to users who may use it."""
    return {"can_set_up": is_empty and request.user.has_perms(PERMISSIONS)}


@require_POST
def setup_view(request: HttpRequest) -> HttpResponse:
    """Create what is missing, in the user's language and the shop's currency."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    created = set_up_shop(currency=settings.AWASE_CURRENCY, by=editor(request), at=now())
    if created.placements or created.offers:
        text = _("Created %(placements)s placements and %(offers)s offers in %(currency)s.")
        counts = {
            "placements": len(created.placements),
            "offers": len(created.offers),
            "currency": settings.AWASE_CURRENCY,
        }
        messages.success(request, text % counts)
    else:
        messages.info(request, _("Everything that the setup creates already exists."))
    return redirect("admin:index")
