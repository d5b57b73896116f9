"""The callers of the API tests, and their small shop."""

import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from engine.pricing import EVERYTHING, Benefit, PricingOffer
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.snapshot.data import (
    NO_CATEGORY,
    UNTRACKED,
    LearnedData,
    OfferData,
    Origin,
    PartnerColumns,
    PlacementData,
    PopularColumns,
    ProductColumns,
    SnapshotData,
)
from engine.snapshot.writer import write_snapshot
from gateway.models import ApiKey
from gateway.services.customer_token import issue_customer_token
from gateway.services.key import create_key, publish_key_ring, revoke_key, secret_of

SHOP_ORIGIN = "https://shop.example"
# SKU, name, price in yen
PRODUCTS = (("bread", "Bread", 320), ("butter", "バター", 480), ("jam", "Jam", 650), ("milk", "Milk", 230))


@dataclass
class Caller:
    """A caller with a key (or none) and a client."""

    key: str | None = None
    row: ApiKey | None = None
    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def send(
        self, method: str, path: str, body: Any = b"", content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send a request; a body that is not bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        sent |= self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.generic(method, path, data, content_type, headers=sent)
        assert isinstance(response, HttpResponse)
        return response

    def token(self, customer: str, seconds: int = 3600) -> str:
        """Return a customer token for this caller's key, as the server of the shop signs it."""
        assert self.row is not None
        secret, expires_at = secret_of(self.row), int(time.time()) + seconds
        return issue_customer_token(secret=secret, customer=customer, expires_at=expires_at)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("PUT", path, body, **headers)


@dataclass
class Cast:
    """All callers."""

    server: Caller
    page: Caller
    revoked: Caller
    stranger: Caller
    nobody: Caller


def caller(kind: str, origins: tuple[str, ...] = (), rate_per_minute: int = 100_000, **more: Any) -> Caller:
    """Return a caller with a new key, which sends the origin of its page."""
    row, key = create_key(name=kind, kind=kind, origins=origins, rate_per_minute=rate_per_minute, **more)
    # The test's own transaction is never committed.
    publish_key_ring()
    return Caller(key, row, {"Origin": origins[0]} if origins else {})


@cache
def _checked_keys() -> tuple[tuple[ApiKey, str], ...]:
    """Return a revoked key and a server's, created once in a process: checking them takes long."""
    with transaction.atomic():
        keys = (
            create_key(name="revoked", kind="secret"),
            create_key(name="secret", kind="secret", rate_per_minute=100_000),
        )
        revoke_key(key=keys[0][0], at=now())
        keys[0][0].refresh_from_db()
        transaction.set_rollback(True)
    return keys


@pytest.fixture
def cast(db: None) -> Cast:  # noqa: ARG001 (a fixture asks for another by its name)
    """A server, a page of the shop, a revoked key, an unknown key, and no key."""
    rows = [copy(row) for row, _key in _checked_keys()]
    for row in rows:
        row.pk = None
    ApiKey.objects.bulk_create(rows)
    # A key of its own for each test: what visitors may still ask is counted by key, across tests. Creating it
    # publishes the other keys, too.
    page = caller("publishable", (SHOP_ORIGIN,))
    revoked, server = (Caller(key, row) for row, (_row, key) in zip(rows, _checked_keys(), strict=True))
    return Cast(server=server, page=page, revoked=revoked, stranger=Caller("sk_" + "x" * 43), nobody=Caller())


def _products() -> ProductColumns:
    count = len(PRODUCTS)
    skus = [sku for sku, _name, _price in PRODUCTS]
    return ProductColumns(
        pk=np.arange(1, count + 1),
        sku=skus,
        name=[name for _sku, name, _price in PRODUCTS],
        image_url=[f"https://shop.example/{sku}.webp" for sku in skus],
        page_url=[f"https://shop.example/{sku}" for sku in skus],
        price_minor=np.array([price for _sku, _name, price in PRODUCTS], np.int64),
        currency=["JPY"] * count,
        stock=np.full(count, UNTRACKED),
        is_hidden=np.zeros(count, np.bool_),
        category=np.full(count, NO_CATEGORY),
    )


def _ring() -> PartnerColumns:
    """Return one partner for each product: the next one."""
    count = len(PRODUCTS)
    figures = np.full(count, 0.5, np.float32)
    return PartnerColumns(
        starts=np.arange(count + 1),
        product=np.roll(np.arange(count), -1),
        score=figures,
        orders=np.full(count, 1312),
        support=figures,
        confidence=figures,
        lift=np.full(count, 3.1, np.float32),
        llr=figures,
    )


def shop_data(**changes: Any) -> SnapshotData:
    """Return four products bought together in a ring, and the placements cart, product_page and closed."""
    placements = (
        PlacementData("cart", 4),
        PlacementData("product_page", 2),
        PlacementData("closed", 2, is_active=False),
    )
    tenth = Benefit("percent", 1000)
    terms = CrossSellTerms(EVERYTHING, tenth, by_acceptance=True)
    together = OfferData(
        id=1,
        code="goes-with-it",
        kind="cross_sell",
        currency="JPY",
        placements=(0, 1, 2),
        strategies=("bought_together",),
        benefit=tenth,
        pricing=PricingOffer(id=1, terms=terms, currency="JPY"),
        headline_en="Goes well with it",
        headline_ja="ご一緒にどうぞ",
    )
    parts: Mapping[str, Any] = {
        "origin": Origin(built_at="2026-11-21T09:05:00Z", published_at="2026-11-21T09:00:00Z", order_count=9),
        "products": _products(),
        "category_parent": np.empty(0, np.int64),
        "learned": LearnedData(_ring(), PopularColumns.empty(0)),
        "placements": placements,
        "offers": (together,),
    }
    return SnapshotData(**{**parts, **changes})


@pytest.fixture
def shop(snapshot_dir: Path) -> str:
    """Publish the small shop; return the snapshot's version."""
    return write_snapshot(data=shop_data(), directory=snapshot_dir)


def body_of(response: HttpResponse) -> Any:
    """Return the JSON of a response."""
    return msgspec.json.decode(response.content)


def problem_of(response: HttpResponse, status: int, code: str) -> Any:
    """Return the problem of a response after checking the fields of every problem."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    problem = body_of(response)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:awase:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response["X-Request-Id"]
    return problem
