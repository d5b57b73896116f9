"""Headers that this shop writes itself, and those that Django's security middleware adds.

Django checks the characters of every name and value, and looks up each header before it adds one. That costs
more than reading and checking the body of a call, so names and values that cannot be invalid skip it.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware


def write_headers(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    """Set headers of ASCII without line breaks. Never pass what a caller sent."""
    store = response.headers._store  # Django has no other way around its checks
    for name, value in headers.items():
        store[name.lower()] = name, value


class SecurityHeaders:
    """The headers of Django's security middleware, which depend on nothing but the scheme of a request."""

    def __init__(self, security: SecurityMiddleware) -> None:
        self._security = security
        self._by_scheme: dict[str | None, dict[str, tuple[str, str]]] = {}

    def add_to(self, response: HttpResponseBase, request: HttpRequest) -> None:
        """Add those that the response does not set itself."""
        scheme = request.scheme
        headers = self._by_scheme.get(scheme)
        if headers is None:
            headers = self._by_scheme[scheme] = self._found_for(request)
        store = response.headers._store
        store.update({name: header for name, header in headers.items() if name not in store})

    def _found_for(self, request: HttpRequest) -> dict[str, tuple[str, str]]:
        """Return what the middleware adds to an empty response, by name in lower case."""
        empty = HttpResponse()
        del empty.headers["Content-Type"]
        self._security.process_response(request, empty)
        return {name.lower(): (name, value) for name, value in empty.headers.items()}
