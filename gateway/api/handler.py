"""The way in for calls of the API: Django's WSGI handler, without announcing each of them.

Django sends a signal when a request begins and another when it ends. What listens are its own receivers,
which look after the thread's database connections by going through all that are configured, three times a
request: a seventh of what a decision costs, which needs none. Here a thread tends the connections that it
has opened, which comes to the same. Pages go Django's way.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest, get_script_name
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.urls import set_script_prefix

CALLS: Final = "/api/v1/"


class _Opened(threading.local):
    """The connections that this thread has ever opened; one that is closed may be opened again."""

    def __init__(self) -> None:
        self.connections: list[BaseDatabaseWrapper] = []


_opened: Final = _Opened()


def remember_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Remember a connection of this thread; Django sends it whenever one is opened."""
    if connection not in _opened.connections:
        _opened.connections.append(connection)


def tend_connections() -> None:
    """Close what is broken or past its age, as Django does before and after each request.

    A connection inside a transaction belongs to whoever began it around the call, such as a test.
    """
    for connection in _opened.connections:
        connection.queries_log.clear()
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


class CallHandler(WSGIHandler):
    """Answers calls itself and leaves everything else to Django."""

    def __init__(self) -> None:
        super().__init__()
        connection_created.connect(remember_connection)

    def __call__(  # type: ignore[override] # what PEP 3333 asks for is less than Django's response
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if not environ["PATH_INFO"].startswith(CALLS):
            return super().__call__(environ, start_response)
        tend_connections()
        set_script_prefix(get_script_name(environ))
        request = WSGIRequest(environ)
        try:
            response = self.get_response(request)
            cookies = [("Set-Cookie", cookie.output(header="")) for cookie in response.cookies.values()]
            start_response(
                f"{response.status_code} {response.reason_phrase}", [*response.headers.items(), *cookies]
            )
            return [b"".join(response)]
        finally:
            request.close()
            tend_connections()
