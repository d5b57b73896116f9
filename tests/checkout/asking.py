"""Request quotes and read them in tests of the API."""

from typing import Any

from tests.support.api_cast import Caller, body_of

URL = "/api/v1/quotes"


def cart(**quantities: int) -> dict[str, Any]:
    return {"cart": [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]}


def ask(caller: Caller, body: dict[str, Any]) -> Any:
    response = caller.post(URL, body)
    assert response.status_code == 201, response.content
    return body_of(response)


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def told(quote: Any) -> dict[str, str]:
    """Return the status of each offer in the quote."""
    return {offer["offer"]: offer["status"] for offer in quote["offers"]}


def decide(caller: Caller, **quantities: int) -> str:
    """Ask for offers for the cart; return the decision's id."""
    response = caller.post("/api/v1/offers", {"placement": "cart", **cart(**quantities)})
    decision = body_of(response)
    assert decision["offers"], decision
    return str(decision["decision_id"])
