"""Answer with the CORS headers that pages of other origins need (Fetch standard)."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gateway.api.headers import write_headers
from gateway.services.key_ring import key_ring_file

_PREFLIGHT_SECONDS: Final = 600
_REQUEST_HEADERS: Final = "Authorization, Content-Type, If-None-Match, X-Request-Id"
_RESPONSE_HEADERS: Final = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"


def preflight_response(methods: Iterable[str]) -> HttpResponse:
    """Answer a preflight. It carries no key, so the origin is checked on the request itself."""
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": _REQUEST_HEADERS,
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)


def add_cors_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a page read the response, errors included, if a publishable key allows its origin."""
    vary, origin = response.headers.get("Vary"), request.META.get("HTTP_ORIGIN")
    for name, value in cors_headers(origin).items() if origin else ():
        response.headers[name] = value
    write_headers(response, {"Vary": f"{vary}, Origin" if vary else "Origin"})


def cors_headers(origin: str | None) -> dict[str, str]:
    """Return the headers for a page of this origin; None is a caller without one."""
    headers = {"Vary": "Origin"}
    ring = key_ring_file().current() if origin else None
    if origin and ring and ring.admits(origin):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _RESPONSE_HEADERS
    return headers
