"""Read request bodies without holding a thread: with a deadline, a minimum rate and a maximum size.

A body must arrive within `GRACE_SECONDS`, plus the time that its length takes at `MIN_BYTES_PER_SECOND`. What
arrives more slowly is refused, and its connection is closed.
"""

import asyncio
from http import HTTPStatus
from typing import Final, Protocol

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined] # granian renames it on import

from gateway.server.environ import Headers

GRACE_SECONDS: Final = 5.0
MIN_BYTES_PER_SECOND: Final = 65_536
# The largest request is a batch of products or events; the admin has no uploads.
MAX_BYTES: Final = 2_621_440
# Shorter bodies are read in one piece. Of the longer ones, only this much is held in memory at a time.
SHORT_BYTES: Final = 65_536
MAX_HELD_BYTES: Final = 64 * 1024 * 1024

_MAX_DIGITS: Final = 12


class IncomingBody(Protocol):
    """The body as granian offers it: all at once, or in chunks."""

    async def __call__(self) -> bytes:
        """Return the whole body."""

    def __aiter__(self) -> "IncomingBody":
        """Return the chunks."""

    async def __anext__(self) -> bytes:
        """Return the next chunk."""


class BodyRefusedError(Exception):
    """The body is too large, too slow, incomplete or of unknown length; `status` says which."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class BodyReader:
    """Reads the bodies of one process."""

    def __init__(self, grace_seconds: float = GRACE_SECONDS) -> None:
        self._grace_seconds = grace_seconds
        self._held_bytes = 0

    async def read(self, headers: Headers, incoming: IncomingBody) -> bytes:
        """Return the body; raise BodyRefusedError."""
        length = length_of(headers)
        if length == 0:
            return b""
        seconds = self._grace_seconds + length / MIN_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(seconds):
                body = await (incoming() if length <= SHORT_BYTES else self._read_chunks(incoming))
        except TimeoutError as error:
            raise BodyRefusedError(HTTPStatus.REQUEST_TIMEOUT) from error
        except ProtocolClosed as error:
            raise BodyRefusedError(HTTPStatus.BAD_REQUEST) from error
        if len(body) != length:
            # The client went away; what arrived must not be taken for the whole.
            raise BodyRefusedError(HTTPStatus.BAD_REQUEST)
        return body

    async def _read_chunks(self, incoming: IncomingBody) -> bytes:
        """Return a long body; refuse it as soon as it is too slow, or if too much is held already."""
        clock = asyncio.get_running_loop().time
        began_at, chunks, size = clock(), [], 0
        try:
            async for chunk in incoming:
                chunks.append(chunk)
                size += len(chunk)
                self._held_bytes += len(chunk)
                if self._held_bytes > MAX_HELD_BYTES:
                    raise BodyRefusedError(HTTPStatus.SERVICE_UNAVAILABLE)
                if clock() - began_at > self._grace_seconds + size / MIN_BYTES_PER_SECOND:
                    raise BodyRefusedError(HTTPStatus.REQUEST_TIMEOUT)
            return b"".join(chunks)
        finally:
            self._held_bytes -= size


def length_of(headers: Headers) -> int:
    """Return the declared length of a body; refuse one that is unknown or too large before reading it."""
    given = headers.get("content-length")
    if given is None:
        if headers.get("transfer-encoding"):
            raise BodyRefusedError(HTTPStatus.LENGTH_REQUIRED)
        return 0
    length = int(given[:_MAX_DIGITS]) if given.isascii() and given.isdigit() else MAX_BYTES + 1
    if length > MAX_BYTES:
        raise BodyRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return length
