"""The error page for people; the API has its own error responses."""

import sys
from http import HTTPStatus
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_SECONDS: Final = 2


def server_error(request: HttpRequest) -> HttpResponse:
    """Show that the database is busy, for example during an import on SQLite, or else a general error."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
