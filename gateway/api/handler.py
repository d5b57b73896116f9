"""The WSGI handler for API calls: Django's own, without the signals that begin and end each request.

The receivers of these signals check every configured database connection three times per request, which is
a seventh of the cost of a decision that needs no database at all. This handler checks only the connections
that its thread has opened, with the same result. Pages are handled by Django as usual.
"""

import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.urls import set_script_prefix
from django.utils.log import log_response

from gateway.api.content_type import readable_type

CALLS: Final = "/api/v1/"


class _Thread(threading.local):
    """What this thread has opened and set: its connections, and the prefix of addresses, "" if unknown.

    A closed connection may be opened again.
    """

    def __init__(self) -> None:
        self.connections: list[BaseDatabaseWrapper] = []
        self.prefix = ""


_thread: Final = _Thread()


def remember_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Remember a connection of this thread; Django calls this whenever one is opened."""
    if connection not in _thread.connections:
        _thread.connections.append(connection)


def close_unusable_connections() -> None:
    """Close connections that are broken or too old, as Django does before and after each request.

    A connection inside a transaction is left alone: the caller of the handler opened it, for example a test.
    """
    for connection in _thread.connections:
        connection.queries_log.clear()
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def set_prefix(prefix: str) -> None:
    """Set the prefix of addresses that this thread makes; setting or reading it is slow, so do it once."""
    if _thread.prefix != prefix:
        set_script_prefix(prefix)
        _thread.prefix = prefix


class CallHandler(WSGIHandler):
    """Handles API calls itself and leaves all other requests to Django."""

    # Django's own, which is not typed: the middleware, outermost first.
    _middleware_chain: Callable[[WSGIRequest], HttpResponse]

    def __init__(self) -> None:
        super().__init__()
        connection_created.connect(remember_connection)

    def __call__(  # type: ignore[override] # PEP 3333 requires less than Django's response
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Handle a request (PEP 3333)."""
        environ["CONTENT_TYPE"] = readable_type(environ.get("CONTENT_TYPE", ""))
        if not environ["PATH_INFO"].startswith(CALLS):
            # Django sets the prefix itself.
            _thread.prefix = ""
            return super().__call__(environ, start_response)
        close_unusable_connections()
        request = WSGIRequest(environ)
        set_prefix(request.META["SCRIPT_NAME"] or "/")
        try:
            response = self.get_response_to_call(request)
            cookies = [("Set-Cookie", cookie.output(header="")) for cookie in response.cookies.values()]
            start_response(
                f"{response.status_code} {response.reason_phrase}", [*response.headers.items(), *cookies]
            )
            return [b"".join(response)]
        finally:
            request.close()
            close_unusable_connections()

    def get_response_to_call(self, request: WSGIRequest) -> HttpResponse:
        """Return the response of a call, and log it if it is an error, as Django does.

        Calls use the URLs of the settings, which are also those that apply where none are set: setting them
        for each call is slow.
        """
        response = self._middleware_chain(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            message = "%s: %s"
            log_response(message, response.reason_phrase, request.path, response=response, request=request)
        return response
