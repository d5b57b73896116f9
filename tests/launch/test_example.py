"""The last step of a start: a request that is answered with offers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from launch.services.example import wait_for_offers
from launch.services.supervisor import LaunchError

Answer = tuple[int, dict[str, Any]]
EARLIER: Answer = 404, {"code": "unknown_placement"}
STARTING: Answer = 503, {"code": "not_ready"}
REFUSED: Answer = 404, {"code": "unknown_route"}
OFFERS: Answer = 200, {"offers": [{}, {}]}


def ask(port: int) -> int:
    body = {"placement": "cart"}
    return wait_for_offers(port=port, key="sk_1", body=body, check=lambda: None, at_least=1)


@contextmanager
def web_that_answers(*answers: Answer) -> Iterator[int]:
    """Serve these answers one after another; yield the port."""
    waiting = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, document = waiting.pop(0)
            body = json.dumps(document, separators=(",", ":")).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_wait_for_offers__worker_serves_the_empty_shop__waits_for_the_new_snapshot() -> None:
    with web_that_answers(STARTING, EARLIER, EARLIER, OFFERS) as port:
        count = ask(port)

    assert count == 2


def test_wait_for_offers__any_other_problem__is_an_error() -> None:
    with web_that_answers(REFUSED) as port, pytest.raises(LaunchError, match="unknown_route"):
        ask(port)
