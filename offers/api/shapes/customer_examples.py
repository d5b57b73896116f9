"""Examples of the requests and answers about customers, for the OpenAPI document."""

from typing import Any, Final

_ANSWER: Final = {
    "survey": "spring",
    "question": "how-often",
    "answer": "every day",
    "answered_at": "2026-11-20T03:00:00Z",
}
_INQUIRY: Final = {
    "id": "t-81",
    "topic": "delivery",
    "opened_at": "2026-11-21T00:30:00Z",
    "closed_at": None,
}
_CONSENT: Final = {
    "purpose": "marketing",
    "channel": "email",
    "granted": True,
    "source": "checkout",
    "wording": "Send me offers by mail.",
    "page": "https://shop.example/checkout",
    "stated_at": "2026-11-22T01:00:00Z",
}
CUSTOMER_REQUEST: Final[dict[str, Any]] = {
    "attributes": {"skin_type": "dry", "household": 3},
    "answers": [_ANSWER],
    "inquiries": [_INQUIRY],
    "consents": [_CONSENT],
}
CUSTOMER_ANSWER: Final[dict[str, Any]] = {
    "id": "c-123",
    "merged_ids": ["guest-9"],
    "created_at": "2026-10-01T09:12:00Z",
    "attributes": {"household": 3, "skin_type": "dry"},
    "answers": [_ANSWER],
    "inquiries": [_INQUIRY | {"changed_at": "2026-11-21T00:30:00Z"}],
    "consents": [_CONSENT],
    "in_force": {"marketing": {"email": True}},
    "behaviour": [
        {"type": "view", "last_at": "2026-11-22T00:41:09Z", "count": 3, "sku": "butter"},
        {"type": "search", "last_at": "2026-11-22T00:40:52Z", "count": 1, "text": "butter"},
    ],
}
STORED_CUSTOMER_ANSWER: Final[dict[str, Any]] = CUSTOMER_ANSWER | {"outcome": "updated"}
MERGE_REQUEST: Final[dict[str, Any]] = {"from": "guest-9"}
MERGED_ANSWER: Final[dict[str, Any]] = CUSTOMER_ANSWER | {"outcome": "merged"}
CUSTOMERS_REQUEST: Final[dict[str, Any]] = {
    "customers": [
        {"id": "c-123", "attributes": {"skin_type": "dry"}},
        {"id": "c-124", "attributes": {"skin_type": "blue"}},
    ]
}
CUSTOMERS_ANSWER: Final[dict[str, Any]] = {
    "created": 0,
    "updated": 1,
    "unchanged": 0,
    "rejected": 1,
    "customers": [
        {"index": 0, "id": "c-123", "outcome": "updated", "errors": []},
        {
            "index": 1,
            "id": "c-124",
            "outcome": "rejected",
            "errors": [
                {
                    "pointer": "/customers/1/attributes/skin_type",
                    "code": "unknown_choice",
                    "detail": "Must be one of: dry, oily, mixed.",
                }
            ],
        },
    ],
}
