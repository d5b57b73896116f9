"""The label of the admin where its figures include simulated shoppers."""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from demo.services.simulation.mark import has_simulated_data

_LABEL = _("Simulated data")


def environment(_request: HttpRequest) -> tuple[str | Promise, str] | None:
    """Return the label and its colour for the header of every page; None without simulated shoppers."""
    return (_LABEL, "warning") if has_simulated_data() else None
