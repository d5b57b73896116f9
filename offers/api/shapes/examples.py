"""Examples of the requests and answers, for the OpenAPI document."""

from typing import Any, Final

_GENERATION: Final = "2026-11-22T00:58:36.977858Z"
_DECISION: Final = "lwG4ZjNkZGM2MmEwNDBiOWY3"

OFFERS_REQUEST: Final[dict[str, Any]] = {
    "placement": "cart",
    "cart": [{"sku": "bread", "quantity": 2}],
    "customer": "c-123",
    "locale": "en",
    "limit": 4,
}
_OFFER: Final[dict[str, Any]] = {
    "offer": "goes-with-it",
    "kind": "cross_sell",
    "position": 1,
    "headline": "Goes well with it",
    "body": "",
    "products": [
        {
            "sku": "butter",
            "name": "Butter",
            "quantity": 1,
            "image_url": "https://shop.example/butter.webp",
            "page_url": "https://shop.example/butter",
            "price": {"amount": "480", "currency": "JPY"},
            "offer_price": {"amount": "432", "currency": "JPY"},
        }
    ],
    "replaces": None,
    "gains": [],
    "price": {
        "list": {"amount": "480", "currency": "JPY"},
        "offer": {"amount": "432", "currency": "JPY"},
        "saving": {"amount": "48", "currency": "JPY"},
        "added": {"amount": "432", "currency": "JPY"},
    },
    "strategy": "bought_together",
    "reason": {
        "code": "bought_together",
        "text": "Bought together in 3 orders",
        "evidence": {"with": "bread", "orders": 3, "support": 1.0, "confidence": 1.0, "lift": 1.0},
    },
}
OFFERS_ANSWER: Final[dict[str, Any]] = {
    "decision_id": _DECISION,
    "placement": "cart",
    "generation": _GENERATION,
    "offers": [_OFFER],
    "notes": [],
}
PAGE_ANSWER: Final[dict[str, Any]] = {
    "generation": _GENERATION,
    "placements": [
        {"placement": "product_page", "decision_id": _DECISION, "offers": [_OFFER]},
        {"placement": "cart", "decision_id": _DECISION, "offers": []},
    ],
    "notes": [],
}
EVENTS_REQUEST: Final[dict[str, Any]] = {
    "events": [
        {
            "event_id": "b3e1f6a2-7c54-4d19-9a0e-52c8d7f4e681",
            "type": "impression",
            "decision_id": _DECISION,
            "offer": "goes-with-it",
            "position": 1,
            "occurred_at": "2026-11-22T10:00:00+09:00",
            "customer": "c-123",
            "session": "s-1",
        }
    ]
}
EVENTS_ANSWER: Final[dict[str, Any]] = {"accepted": 1, "duplicates": 0, "rejected": []}
PRODUCTS_REQUEST: Final[dict[str, Any]] = {
    "products": [
        {"sku": "butter", "name": "Butter", "price": {"amount": "480", "currency": "JPY"}, "stock": 12},
        {"sku": "jam", "name": "Jam", "price": {"amount": "6.5", "currency": "JPY"}},
    ]
}
PRODUCTS_ANSWER: Final[dict[str, Any]] = {
    "created": 1,
    "updated": 0,
    "unchanged": 0,
    "rejected": 1,
    "products": [
        {"index": 0, "sku": "butter", "outcome": "created", "errors": []},
        {
            "index": 1,
            "sku": "jam",
            "outcome": "rejected",
            "errors": [
                {
                    "pointer": "/price/amount",
                    "code": "too_many_decimals",
                    "detail": "Too many decimal places for JPY, which has 0.",
                }
            ],
        },
    ],
}
ALIVE_ANSWER: Final[dict[str, Any]] = {"status": "ok"}
READY_ANSWER: Final[dict[str, Any]] = {
    "status": "ok",
    "snapshot": "1795309116-0a1b2c3d",
    "built_at": "2026-11-22T00:58:37.204114Z",
    "generation": _GENERATION,
    "journal": {"status": "ok", "written": 18204, "lost": 0, "error": ""},
}
