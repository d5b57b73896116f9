"""The requests of the synthetic shop's visitors, as bytes."""

import json
from typing import Any

import numpy as np

from tests.bench.world.catalogue import BenchCatalogue

PATH = "/api/v1/offers"


def customer_id(number: int) -> str:
    """Return the external id of a customer."""
    return f"c-{number}"


def make_bodies(
    catalogue: BenchCatalogue, *, count: int, customer_count: int = 0, seed: int = 3
) -> list[dict[str, Any]]:
    """Return `count` requests: product pages, carts of 1 to 5 lines, checkouts, a few home pages.

    With `customer_count` each request has one of that many customers.
    """
    rng = np.random.default_rng(seed)
    return [_make_body(catalogue, rng, customer_count) for _ in range(count)]


def _make_body(catalogue: BenchCatalogue, rng: np.random.Generator, customer_count: int) -> dict[str, Any]:
    placement = str(rng.choice(("product_page", "cart", "checkout", "home"), p=(0.45, 0.35, 0.15, 0.05)))
    rows = np.unique(catalogue.draw(int(rng.integers(1, 6)), rng)).tolist()
    skus = [catalogue.products.sku[row] for row in rows]
    body: dict[str, Any] = {"placement": placement, "locale": str(rng.choice(("ja", "en")))}
    if placement == "product_page":
        body["product"] = skus.pop()
    body["cart"] = [{"sku": sku, "quantity": int(rng.integers(1, 4))} for sku in skus]
    if customer_count:
        body["customer"] = customer_id(int(rng.integers(customer_count)))
    return body


def to_wire(body: dict[str, Any], *, key: str, path: str = PATH) -> bytes:
    """Return the HTTP/1.1 request of a storefront's server on a persistent connection."""
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: storefront/1.0\r\n"
        f"Accept: application/json\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
