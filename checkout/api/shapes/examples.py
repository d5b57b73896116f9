"""Examples of the requests and answers, for the OpenAPI document: three teas, of which one comes back."""

from typing import Any, Final


def _yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


_QUOTE_ID: Final = "AdmXHptiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_ORDER_ID: Final = "2026-0001"

QUOTE_REQUEST: Final[dict[str, Any]] = {
    "cart": [{"sku": "tea", "id": "a-17", "quantity": 3, "unit_price": _yen(1000)}],
    "customer": "c-123",
}
QUOTE_ANSWER: Final[dict[str, Any]] = {
    "quote_id": _QUOTE_ID,
    "expires_at": "2026-11-22T04:09:45Z",
    "currency": "JPY",
    "tax_included": True,
    "lines": [
        {
            "line": 0,
            "sku": "tea",
            "name": "Tea",
            "quantity": 3,
            "interval_days": None,
            "cycle": None,
            "options": [],
            "parent": None,
            "gift_of": None,
            "of": [{"line": 0, "id": "a-17", "quantity": 3, "total": _yen(2700)}],
            "list_unit_price": _yen(1000),
            "prior_price": _yen(1000),
            "list": _yen(3000),
            "discount": _yen(300),
            "total": _yen(2700),
            "units": [
                {"quantity": 1, "unit_price": _yen(1000), "discount": _yen(0)},
                {"quantity": 1, "unit_price": _yen(900), "discount": _yen(100)},
                {"quantity": 1, "unit_price": _yen(800), "discount": _yen(200)},
            ],
            "taken": [{"offer": "tea-3", "amount": _yen(300)}],
            "net": _yen(2500),
            "tax": _yen(200),
            "gross": _yen(2700),
        }
    ],
    "offers": [
        {
            "offer": "tea-3",
            "status": "applied",
            "discount": _yen(300),
            "lines": [{"line": 0, "amount": _yen(300)}],
            "missing": [],
            "by": None,
            "reason": None,
            "cuts": [],
            "free_shipping": False,
        },
        {
            "offer": "from-5000",
            "status": "not_yet",
            "discount": _yen(0),
            "lines": [],
            "missing": [{"kind": "spend", "amount": _yen(2300), "count": None, "skus": []}],
            "by": None,
            "reason": None,
            "cuts": [],
            "free_shipping": False,
        },
    ],
    "totals": {
        "list": _yen(3000),
        "discount": _yen(300),
        "total": _yen(2700),
        "net": _yen(2500),
        "tax": _yen(200),
        "gross": _yen(2700),
    },
    "free_shipping": False,
    "unavailable": [],
    "notes": [],
}
REDEEM_REQUEST: Final[dict[str, Any]] = {
    "cart": [{"sku": "tea", "id": "a-17", "quantity": 3}],
    "customer": "c-123",
    "hold_minutes": 60,
}
EXTEND_REQUEST: Final[dict[str, Any]] = {"hold_minutes": 10080}
REDEMPTION_ANSWER: Final[dict[str, Any]] = {
    "quote_id": _QUOTE_ID,
    "state": "reserved",
    "expires_at": "2026-11-22T04:54:45Z",
    "to_pay": _yen(2700),
    "order_id": None,
    "notes": [],
}
RELEASE_REQUEST: Final[dict[str, Any]] = {}
RELEASE_ANSWER: Final[dict[str, Any]] = REDEMPTION_ANSWER | {"state": "released"}
COMMIT_REQUEST: Final[dict[str, Any]] = {
    "order_id": _ORDER_ID,
    "placed_at": "2026-11-22T13:00:00+09:00",
    "shipping": _yen(500),
}
_CHARGED_LINE: Final[dict[str, Any]] = {
    "line": 0,
    "of": [{"id": "a-17", "quantity": 3}],
    "sku": "tea",
    "quantity": 3,
    "parent": None,
    "discount": _yen(300),
    "net": _yen(2500),
    "tax": _yen(200),
    "gross": _yen(2700),
}
COMMIT_ANSWER: Final[dict[str, Any]] = {
    "quote_id": _QUOTE_ID,
    "order_id": _ORDER_ID,
    "state": "committed",
    "paid": _yen(3200),
    "shipping": _yen(500),
    "lines": [_CHARGED_LINE],
    "notes": [],
}
REFUND_REQUEST: Final[dict[str, Any]] = {"lines": [{"id": "a-17", "quantity": 1}]}
REFUND_ANSWER: Final[dict[str, Any]] = {
    "order_id": _ORDER_ID,
    "preview": False,
    "reason": "return",
    "lines": [
        {
            "line": 0,
            "of": [{"id": "a-17", "quantity": 1}],
            "sku": "tea",
            "quantity": 1,
            "net": _yen(833),
            "tax": _yen(67),
            "gross": _yen(900),
        }
    ],
    "offers": [{"offer": "tea-3", "refund_policy": "claw_back", "deducted": _yen(100)}],
    "keep": _yen(900),
    "claw_back": _yen(800),
    "amount": _yen(800),
    "shipping": _yen(0),
    "net": _yen(741),
    "tax": _yen(59),
    "refunded": _yen(800),
    "by_amount": _yen(0),
    "paid": _yen(3200),
}
ORDER_REQUEST: Final[dict[str, Any]] = {
    "customer": "c-123",
    "placed_at": "2026-11-22T18:30:00+09:00",
    "currency": "JPY",
    "lines": [{"sku": "bread", "quantity": 2, "unit_price": _yen(320)}],
}
RECORDED_ORDER_ANSWER: Final[dict[str, Any]] = {
    "order_id": _ORDER_ID,
    "status": "placed",
    "placed_at": "2026-11-22T09:30:00Z",
    "cancelled_at": None,
    "customer": "c-123",
    "currency": "JPY",
    "lines": [{"id": None, "sku": "bread", "quantity": 2, "unit_price": _yen(320), "credit": None}],
    "shipping": _yen(0),
    "paid": None,
    "refunded": None,
    "paid_lines": None,
    "refunds": [],
}
ORDER_ANSWER: Final[dict[str, Any]] = RECORDED_ORDER_ANSWER | {"outcome": "created", "notes": []}
