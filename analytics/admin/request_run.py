"""The panel with the button that requests a recompute."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from analytics.reports.run_status import read_run_status

# Adding a run means requesting one.
PERMISSION = "analytics.add_recomputerun"


def request_context(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """Return the template context of the panel."""
    return {"can_request": request.user.has_perm(PERMISSION), "run_status": read_run_status(at)}
