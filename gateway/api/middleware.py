"""The outermost layer of the API: a request ID for every call, problem+json for every error."""

import random
import re
import threading
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Final, cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve
from django.utils import translation

from gateway.api.headers import SecurityHeaders, write_headers
from gateway.api.hosts import HostCheck
from gateway.api.problems import CONTENT_TYPE, ProblemError, problem_of_status, render_problem

# A base URL that ends with a slash gives //api/v1/…: an error of the API, not a missing page.
_API: Final = re.compile(r"/+(?:api(?:/|\Z)|livez|readyz)")
# Django leaves bytes that are not UTF-8 escaped in the decoded path.
_BROKEN: Final = re.compile(r"\x00|%[89A-Fa-f][0-9A-Fa-f]")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# Calls, as opposed to the documentation pages. They skip what only pages need: sessions, CSRF tokens (keys
# are not cookies), messages, languages, static files. This saves a third of Django's cost.
_CALLS: Final = "/api/v1/"

_Handler = Callable[[HttpRequest], HttpResponse]


class _Speech(threading.local):
    """Whether this thread has the default language for certain: no page or call activated another since."""

    is_default = False


_speech: Final = _Speech()


class ApiMiddleware:
    """Give every call a request ID, and turn every error page into a problem.

    Views raise problems themselves. The errors handled here occur outside of views: an invalid Host, an
    unknown URL, an error in another middleware, the debug pages. Of the middleware after this one, calls pass
    only security and common.
    """

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response
        self._get_response_to_call = _call_chain()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass other requests through."""
        if not is_api(request.path_info):
            _speech.is_default = False
            return self.get_response(request)
        speak_as_asked(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
        request_id = request_id_from(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.awase_request_id = request_id  # type: ignore[attr-defined]
        response = self._answer(request)
        write_headers(response, {"X-Request-Id": request_id})
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if _BROKEN.search(request.path_info):
            return render_problem(ProblemError("bad_request", "The URL path is not valid UTF-8."), request)
        if request.path_info.startswith("//"):
            detail = f"The path starts with more than one slash. Use /{request.path_info.lstrip('/')}."
            return render_problem(ProblemError("not_found", detail), request)
        is_call = request.path_info.startswith(_CALLS)
        response = self._get_response_to_call(request) if is_call else self.get_response(request)
        if (
            response.status_code >= HTTPStatus.BAD_REQUEST
            and response.headers.get("Content-Type") != CONTENT_TYPE
        ):
            return render_problem(problem_of_status(response.status_code), request)
        return response


def is_api(path: str) -> bool:
    """Return whether errors at this path are problems, not pages."""
    return _API.match(path) is not None


def request_id_from(given: str) -> str:
    """Return the ID of a request: the caller's, or a new one."""
    # It must be unique but not secret, so no system randomness is needed.
    return given if _REQUEST_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"


def speak_as_asked(accepted: str) -> None:
    """Activate the language that the caller accepts, or else the default language.

    The thread may still have the language of the page that it served before. Most calls ask for no language,
    and finding out the language of a thread is slow, so it is remembered that the thread has the default one.
    """
    if accepted:
        _speech.is_default = False
        translation.activate(_supported_language(accepted))
    elif not _speech.is_default:
        translation.deactivate()
        _speech.is_default = True


@lru_cache(maxsize=256)
def _supported_language(accepted: str) -> str:
    """Return our language for an Accept-Language header."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)


def _call_chain() -> _Handler:
    """Return the middleware chain of calls; exceptions become responses, as in Django's own chain.

    The hooks are called directly, in the order of the settings: the wrappers that Django puts around each
    middleware cost more than the middleware.
    """
    call_view = cast("_Handler", convert_exception_to_response(_CallViews()))
    security, common = SecurityMiddleware(call_view), CommonMiddleware(call_view)
    check_host, security_headers = HostCheck(common), SecurityHeaders(security)

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase | None = security.process_request(request)
        if response is None:
            response = check_host(request) or call_view(request)
            response = common.process_response(request, response)
        security_headers.add_to(response, request)
        return response

    return cast("_Handler", convert_exception_to_response(answer))


class _CallViews:
    """Calls the view of a URL. URLs without parameters are few and are resolved once."""

    def __init__(self) -> None:
        self._known: dict[str, ResolverMatch] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        match = self._known.get(path)
        if match is None:
            match = resolve(path)
            # A route with parameters never equals the path, so made-up paths are not kept.
            if path == f"/{match.route}":
                self._known[path] = match
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
