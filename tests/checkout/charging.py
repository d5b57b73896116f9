"""The calls of a shop's server at a checkout: quote, redeem, commit, refund."""

from typing import Any

from django.http import HttpResponse

from tests.support.api_cast import Caller, body_of


def quote(who: Caller, extra: dict[str, Any] | None = None, **quantities: int) -> Any:
    """Ask for a quote of these units; return its body."""
    cart = [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]
    response = who.post("/api/v1/quotes", {"cart": cart, **(extra or {})})
    assert response.status_code == 201, response.content
    return body_of(response)


def redeem(who: Caller, quote_id: str, key: str | None = None) -> HttpResponse:
    """Reserve a quote under a key of its own unless one is named."""
    path = f"/api/v1/quotes/{quote_id}/redeem"
    return who.post(path, {}, Idempotency_Key=key or quote_id)


def commit(who: Caller, quote_id: str, order_id: str, **more: Any) -> HttpResponse:
    """Commit a reserved quote with an order."""
    return who.post(f"/api/v1/quotes/{quote_id}/commit", {"order_id": order_id} | more)


def release(who: Caller, quote_id: str) -> HttpResponse:
    """Give back what a quote reserved."""
    return who.post(f"/api/v1/quotes/{quote_id}/release", {})


def charge(
    who: Caller, order_id: str, extra: dict[str, Any] | None = None, *, shipping: int = 0, **quantities: int
) -> Any:
    """Quote, redeem and commit, with yen paid for shipping; return the answer to the last."""
    quote_id = quote(who, extra, **quantities)["quote_id"]
    redeem(who, quote_id)
    sent = {"shipping": {"amount": str(shipping), "currency": "JPY"}} if shipping else {}
    response = commit(who, quote_id, order_id, **sent)
    assert response.status_code == 201, response.content
    return body_of(response)
