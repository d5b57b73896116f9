"""Translate between granian's interface (RSGI) and WSGI (PEP 3333)."""

import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final, Protocol

Answer = tuple[int, list[tuple[str, str]], bytes]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_LOOPBACK: Final = "127.0.0.1"
_UNPREFIXED: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Headers(Protocol):
    """The headers of a request; names are in lower case."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first value of a header."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return all headers; one that was sent twice is there twice."""


class Scope(Protocol):
    """A request as granian describes it; the path is decoded."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # PEP 3333: bytes as if they were Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or _LOOPBACK,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        # X_Forwarded_For would be mistaken for X-Forwarded-For.
        if "_" not in name:
            key = _UNPREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
            separator = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


def call_wsgi(application: WsgiApplication, environ: dict[str, Any]) -> Answer:
    """Return the status, headers and body of a WSGI application's response."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        head[:] = int(status[:3]), [(name.lower(), value) for name, value in headers]

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close: Callable[[], None] = getattr(parts, "close", _nothing)
        close()
    return head[0], head[1], body


def _nothing() -> None:
    """Close nothing: the response is a list."""
