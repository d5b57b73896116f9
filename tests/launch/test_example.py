"""The last step of the demo: a request that is answered with offers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from catalog.models import Product, UpgradeLadder, UpgradeTier
from demo.services.shop import DemoError, require_offers

pytestmark = pytest.mark.django_db

Answer = tuple[int, dict[str, Any]]
EARLIER: Answer = 404, {"code": "unknown_placement"}
STARTING: Answer = 503, {"code": "not_ready"}
REFUSED: Answer = 404, {"code": "unknown_route"}
OFFERS: Answer = 200, {"offers": [{}, {}]}


@pytest.fixture
def ladder() -> None:
    """Create the product of the example request."""
    product = Product.objects.create(sku="tea", name="Tea", price_minor=500, currency="USD")
    UpgradeTier.objects.create(ladder=UpgradeLadder.objects.create(name="Tea"), product=product)


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


@pytest.mark.usefixtures("ladder")
def test_require_offers__worker_serves_the_empty_shop__waits_for_the_new_snapshot() -> None:
    with web_that_answers(STARTING, EARLIER, EARLIER, OFFERS) as port:
        count = require_offers(port, "sk_1", lambda: None)

    assert count == 2


@pytest.mark.usefixtures("ladder")
def test_require_offers__any_other_problem__is_an_error() -> None:
    with web_that_answers(REFUSED) as port, pytest.raises(DemoError, match="unknown_route"):
        require_offers(port, "sk_1", lambda: None)
