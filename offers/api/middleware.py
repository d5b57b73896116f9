"""The outermost layer of the API: a request id for every call, a problem for every error."""

import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse

from offers.api.problems import CONTENT_TYPE, ProblemError, problem_of_status, render_problem

_PREFIXES: Final = ("/api/", "/livez", "/readyz")
# Django leaves bytes that are no UTF-8 escaped in the path it has decoded.
_BROKEN: Final = re.compile(r"\x00|%[89A-Fa-f][0-9A-Fa-f]")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class ApiMiddleware:
    """Number the calls of the API, and turn any page about an error into a problem.

    Views raise problems of their own; what is caught here comes from outside them: a wrong Host, an
    unknown address, an error in another middleware, the debug pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

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
        response = self.get_response(request)
        if (
            response.status_code >= HTTPStatus.BAD_REQUEST
            and response.headers.get("Content-Type") != CONTENT_TYPE
        ):
            return render_problem(problem_of_status(response.status_code), request)
        return response
