"""The first page of the admin: the state of the shop, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.offer import PERMISSION as SALES_PERMISSION
from analytics.admin.request_run import request_context
from analytics.reports.dashboard import SetupStep, read_dashboard
from analytics.reports.experiments.incremental import read_incremental
from offers.admin.setup import setup_context


@dataclass(frozen=True, slots=True)
class Instruction:
    """How to do a setup step: a command to run or a page to open."""

    text: Any
    command: str = ""
    link: Any = ""


INSTRUCTIONS = {
    SetupStep.PRODUCTS: Instruction(
        gettext_lazy("Import your products."), "python manage.py import_products FILE"
    ),
    SetupStep.ORDERS: Instruction(gettext_lazy("Import your orders."), "python manage.py import_orders FILE"),
    SetupStep.RECOMPUTE: Instruction(
        gettext_lazy("Calculate the statistics: run a recompute."), "python manage.py recompute"
    ),
    SetupStep.PLACEMENT: Instruction(
        gettext_lazy("Add the placements of your storefront."),
        link=reverse_lazy("admin:offers_placement_add"),
    ),
    SetupStep.OFFER: Instruction(gettext_lazy("Add an offer."), link=reverse_lazy("admin:offers_offer_add")),
    SetupStep.API_KEY: Instruction(
        gettext_lazy("Create an API key for your storefront."),
        link=reverse_lazy("admin:gateway_apikey_add"),
    ),
    SetupStep.WORKER: Instruction(
        gettext_lazy("Start a worker. It builds the snapshot that offers are served from."),
        "celery -A config worker --beat",
    ),
}


# A shop without both of these gets the button that creates them.
NOT_SET_UP = {SetupStep.PLACEMENT, SetupStep.OFFER}


def add_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the content of the first page for users who may see offers."""
    context["title"] = _("Today")
    if request.user.has_perm("offers.view_offer"):
        at = now()
        dashboard = read_dashboard(at)
        context |= {
            "dashboard": dashboard,
            "incremental": read_incremental() if request.user.has_perm(SALES_PERMISSION) else None,
            "instructions": [INSTRUCTIONS[step] for step in dashboard.missing],
            **request_context(request, at),
            **setup_context(request, is_empty=set(dashboard.missing) >= NOT_SET_UP),
        }
    return context
