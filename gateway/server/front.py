"""The front of the web server: only complete requests take threads, and no kind of request takes all of them.

Granian calls the front in its event loop (RSGI). Bodies are read there, without a thread; then Django's
handler runs in a thread of the pool that the request belongs to.
"""

import logging
from functools import partial
from http import HTTPStatus
from typing import Protocol

from django.http.cookie import parse_cookie

from gateway.server.bodies import BodyReader, BodyRefusedError, IncomingBody
from gateway.server.environ import Answer, Scope, WsgiApplication, call_wsgi, environ_of
from gateway.server.pools import SIZES, PoolFullError, RequestPool, pool_of
from gateway.server.refusals import refuse
from gateway.services.address import client_address, network_of
from gateway.services.sign_in import DEVICE_COOKIE, is_known_device

logger = logging.getLogger(__name__)

# Granian decodes paths and puts this in the place of bytes that are not UTF-8.
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Proto(IncomingBody, Protocol):
    """Granian's end of a request: the body, and the place for the response."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send the response."""


class Front:
    """Serves a WSGI application."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._bodies = BodyReader()
        self._pools = {name: RequestPool(name, size) for name, size in SIZES.items()}

    async def __rsgi__(self, scope: Scope, proto: Proto) -> None:
        """Serve one request."""
        proto.response_bytes(*await self._answer(scope, proto))

    async def _answer(self, scope: Scope, proto: Proto) -> Answer:
        if _REPLACEMENT in scope.path:
            return refuse(scope, HTTPStatus.BAD_REQUEST)
        try:
            body = await self._bodies.read(scope.headers, proto)
            pool = self._pool_of(scope)
            pool.require_place()
            environ = environ_of(scope, body)
            sender = network_of(client_address(environ)) if pool.is_shared else ""
            return await pool.serve(partial(call_wsgi, self._application, environ), sender)
        except BodyRefusedError as refused:
            return refuse(scope, refused.status)
        except PoolFullError:
            return refuse(scope, HTTPStatus.SERVICE_UNAVAILABLE)
        except Exception:
            logger.exception("%s %s", scope.method, scope.path)
            return refuse(scope, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _pool_of(self, scope: Scope) -> RequestPool:
        """Return the pool of a request; where somebody has signed in before, strangers are not in the way."""
        name = pool_of(scope.method, scope.path)
        if name == "sign_in" and is_known_device(_device_of(scope)):
            name = "known_sign_in"
        return self._pools[name]


def _device_of(scope: Scope) -> str:
    cookies: dict[str, str] = parse_cookie(scope.headers.get("cookie", ""))
    return cookies.get(DEVICE_COOKIE, "")
