"""The outermost layer of the API: a request id for every call, a problem for every error."""

import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import resolve

from offers.api.problems import CONTENT_TYPE, ProblemError, problem_of_status, render_problem

_PREFIXES: Final = ("/api/", "/livez", "/readyz")
# Django leaves bytes that are no UTF-8 escaped in the path it has decoded.
_BROKEN: Final = re.compile(r"\x00|%[89A-Fa-f][0-9A-Fa-f]")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# Calls, as opposed to the pages about them. They leave out what pages need: sessions, CSRF tokens (a key
# is no cookie), messages, the reader's language, static files. That is a third of what Django costs.
_CALLS: Final = "/api/v1/"
_MIDDLEWARE: Final = (SecurityMiddleware, CommonMiddleware)

_Handler = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Number the calls of the API, and turn any page about an error into a problem.

    Views raise problems of their own; what is caught here comes from outside them: a wrong Host, an
    unknown address, an error in another middleware, the debug pages. Calls take the short way to their
    view: of the middleware that stands behind this one in the settings they pass `_MIDDLEWARE` alone.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response
        self._get_response_to_call = _short_way()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass other requests through."""
        if not request.path_info.startswith(_PREFIXES) and request.path_info != "/api":
            return self.get_response(request)
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        request.awase_request_id = request_id  # type: ignore[attr-defined]
        response = self._answer(request)
        response.headers["X-Request-Id"] = request_id
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _BROKEN.search(request.path_info):
            return render_problem(ProblemError("bad_request", "The address is not UTF-8 text."), request)
        is_call = request.path_info.startswith(_CALLS)
        response = self._get_response_to_call(request) if is_call else self.get_response(request)
        if (
            response.status_code >= HTTPStatus.BAD_REQUEST
            and response.headers.get("Content-Type") != CONTENT_TYPE
        ):
            return render_problem(problem_of_status(response.status_code), request)
        return response


def _short_way() -> _Handler:
    """Return the chain of `_MIDDLEWARE` down to the view; errors become responses, as in Django's own."""
    handler = convert_exception_to_response(_call_view)
    for middleware in reversed(_MIDDLEWARE):
        handler = convert_exception_to_response(middleware(handler))
    return cast("_Handler", handler)


def _call_view(request: HttpRequest) -> HttpResponse:
    """Call the view behind an address."""
    match = resolve(request.path_info)
    request.resolver_match = match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response
