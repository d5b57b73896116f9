"""The handler of API calls responds as Django's own and checks the connections of its thread."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.urls import get_script_prefix

from gateway.api.handler import CallHandler

Answer = tuple[str, dict[str, str], bytes]


def ask(handler: WSGIHandler, path: str, **headers: str) -> Answer:
    """Return status, headers and body of a GET as a WSGI server sees them."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **headers,
    }
    seen: list[Any] = []

    def start_response(status: str, head: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        seen.extend((status, dict(head)))
        return seen.append

    answered = handler(environ, start_response)
    body = b"".join(answered)
    getattr(answered, "close", int)()
    return seen[0], seen[1], body


def ask_anew(handler: WSGIHandler, path: str, **headers: str) -> Answer:
    """Ask from a thread of its own: Django's handler would close the connection of this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(ask, handler, path, **headers).result()


@contextmanager
def started_paths() -> Iterator[list[str]]:
    """Collect the paths of the requests that Django announces."""
    paths: list[str] = []

    def note(*, environ: dict[str, Any], **_: object) -> None:
        paths.append(environ["PATH_INFO"])

    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


@pytest.mark.parametrize("path", ["/api/v1/offers", "/api/v1/nothing", "/api/v1/offers?x", "/api/v1/%00"])
def test_handler__call__answers_as_django_does(path: str) -> None:
    own = ask_anew(CallHandler(), path, HTTP_X_REQUEST_ID="one")

    django = ask_anew(WSGIHandler(), path, HTTP_X_REQUEST_ID="one")

    assert own == django
    assert own[0].startswith("4")


def test_handler__unknown_host__is_refused() -> None:
    status, headers, _body = ask_anew(CallHandler(), "/api/v1/offers", HTTP_HOST="evil.example")

    assert status == "400 Bad Request"
    assert headers["Content-Type"] == "application/problem+json"


def test_handler__page__sends_signals_and_a_call_does_not() -> None:
    handler = CallHandler()

    with started_paths() as paths:
        page = ask_anew(handler, "/livez")
        ask_anew(handler, "/api/v1/offers")

    assert page[0] == "200 OK"
    assert paths == ["/livez"]


class OldConnection:
    """A connection past its age, as far as tending goes."""

    in_atomic_block = False

    def __init__(self) -> None:
        self.queries_log = ["SELECT 1"]
        self.looked_at = 0

    def close_if_unusable_or_obsolete(self) -> None:
        """Count the looks."""
        self.looked_at += 1


def test_handler__connection_of_the_thread__is_checked_before_and_after_each_call() -> None:
    handler, mine, others = CallHandler(), OldConnection(), OldConnection()

    def serve() -> None:
        connection_created.send(sender=BaseDatabaseWrapper, connection=mine)
        connection_created.send(sender=BaseDatabaseWrapper, connection=mine)  # opened again
        ask(handler, "/api/v1/offers")

    for work in (lambda: connection_created.send(sender=BaseDatabaseWrapper, connection=others), serve):
        thread = Thread(target=work)
        thread.start()
        thread.join()

    assert (mine.looked_at, mine.queries_log) == (2, [])
    assert others.looked_at == 0


@pytest.mark.django_db(transaction=True)
def test_handler__connection_too_old__is_closed() -> None:
    handler, closed = CallHandler(), []

    def serve() -> None:
        connection.ensure_connection()
        before = connection.connection
        connection.close_at = 0.0
        ask(handler, "/api/v1/offers")
        closed.append(before is not None and connection.connection is None)
        connection.close()

    thread = Thread(target=serve)
    thread.start()
    thread.join()

    assert closed == [True]


def test_handler__prefix_of_another_request__does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    handler = CallHandler()
    for name in ("get_response", "get_response_to_call"):
        monkeypatch.setattr(handler, name, lambda _request: _noted(seen))

    def ask_all() -> None:
        for prefix in ("", "/shop", "/shop", ""):
            ask(handler, "/api/v1/offers", SCRIPT_NAME=prefix)
            ask(handler, "/livez", SCRIPT_NAME="/page")

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(ask_all).result()

    assert seen == ["/", "/page/", "/shop/", "/page/", "/shop/", "/page/", "/", "/page/"]


def _noted(seen: list[str]) -> HttpResponse:
    """Note the prefix of addresses during a request."""
    seen.append(get_script_prefix())
    return HttpResponse()
