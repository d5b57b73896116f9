"""A TCP relay in front of a real database that can stop forwarding: it accepts and never answers."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Forwards bytes in both directions until it is told to swallow them."""

    def __init__(self, target: str | tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self.swallows = False
        self._ended = False
        self._peers: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._ended = True
        self._thread.join()
        for end in (self._listener, *self._peers):
            end.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._ended:
            for key, _events in self._selector.select(0.05):
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._forward(key.fileobj)

    def _accept(self) -> None:
        near, _address = self._listener.accept()
        far = socket.socket(socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET)
        far.connect(self._target)
        self._peers |= {near: far, far: near}
        for end in (near, far):
            self._selector.register(end, selectors.EVENT_READ)

    def _forward(self, source: socket.socket) -> None:
        if source not in self._peers:  # closed with its peer, by an earlier event of the same moment
            return
        peer, data = self._peers[source], b""
        with suppress(OSError):
            data = source.recv(65_536)
        if data:
            if not self.swallows:
                with suppress(OSError):
                    peer.sendall(data)
            return
        for end in (source, peer):
            self._selector.unregister(end)
            del self._peers[end]
            end.close()


@contextmanager
def relay(target: str | tuple[str, int]) -> Iterator[Relay]:
    """Run a relay to a TCP address or a Unix socket."""
    opened = Relay(target)
    try:
        yield opened
    finally:
        opened.close()
