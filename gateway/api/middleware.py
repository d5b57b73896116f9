"""The outermost layer of the API: a request id for every call, a problem for every error."""

import random
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve

from gateway.api.problems import CONTENT_TYPE, ProblemError, problem_of_status, render_problem

_PREFIXES: Final = ("/api/", "/livez", "/readyz")
# Django leaves bytes that are no UTF-8 escaped in the path it has decoded.
_BROKEN: Final = re.compile(r"\x00|%[89A-Fa-f][0-9A-Fa-f]")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# Calls, as opposed to the pages about them. They leave out what pages need: sessions, CSRF tokens (a key
# is no cookie), messages, the reader's language, static files. That is a third of what Django costs.
_CALLS: Final = "/api/v1/"

_Handler = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Number the calls of the API, and turn any page about an error into a problem.

    Views raise problems of their own; what is caught here comes from outside them: a wrong Host, an
    unknown address, an error in another middleware, the debug pages. Calls take the short way to their
    view: of the middleware that stands behind this one in the settings they pass security and common.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response
        self._get_response_to_call = _short_way()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass other requests through."""
        if not request.path_info.startswith(_PREFIXES) and request.path_info != "/api":
            return self.get_response(request)
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        # It has to differ from others, not to be a secret: no need to ask the system for it.
        request_id = given if _REQUEST_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
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
    """Return the chain of middleware down to a call's view; errors become responses, as in Django's own.

    The hooks are called here, in the order of the settings: the layers that Django wraps around each
    cost more than what they do.
    """
    call_view = cast("_Handler", convert_exception_to_response(_Views()))
    security, common = SecurityMiddleware(call_view), CommonMiddleware(call_view)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase | None = security.process_request(request)
        if response is None:
            response = common.process_request(request) or call_view(request)
            response = common.process_response(request, response)
        return security.process_response(request, cast("HttpResponse", response))

    return cast("_Handler", convert_exception_to_response(answer))


class _Views:
    """Calls the view behind an address. Addresses without parameters, which are few, are looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, ResolverMatch] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        match = self._known.get(path)
        if match is None:
            match = resolve(path)
            # The route of a pattern is never the address itself: what callers make up is not kept.
            if path == f"/{match.route}":
                self._known[path] = match
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
