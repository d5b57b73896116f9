"""The error page for people; the API has its own error responses."""

import sys
from http import HTTPStatus
from typing import Final

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_SECONDS: Final = 2
# What the driver of PostgreSQL says of a text with a NUL character.
NUL: Final = "NUL (0x00)"


def server_error(request: HttpRequest) -> HttpResponse:
    """Show that the database is busy, for example during an import on SQLite, or else a general error.

    Forms refuse a value that no database can hold at its field; what they leave is answered as a bad request.
    """
    error = sys.exc_info()[1]
    if isinstance(error, DataError | OverflowError) or (isinstance(error, ValueError) and NUL in str(error)):
        return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
    if isinstance(error, OperationalError | InterfaceError):
        response = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
