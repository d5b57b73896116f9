"""Records for the tests of the journal."""

from typing import Any

from engine.journal.record import VERSION, JournalCircumstances, JournalRecord, JournalSlot

AT_MS = 1_796_040_000_000  # 2026-11-30T12:00:00Z


def slot(**changes: Any) -> JournalSlot:
    """Return a slot that shows butter."""
    values: dict[str, Any] = {
        "offer": "goes-with-it",
        "offer_id": 1,
        "version": 2,
        "kind": "cross_sell",
        "strategy": "bought_together",
        "position": 1,
        "products": (("butter", 1),),
        "currency": "JPY",
        "price_minor": 432,
        "saving_minor": 48,
        "added_minor": 432,
        "score": 3.5,
        "relevance": 0.25,
        "value": 108.0,
    }
    return JournalSlot(**values | changes)


def record(number: int = 1, **changes: Any) -> JournalRecord:
    """Return a record whose decision has this number as its ID."""
    decision = f"{number:024x}"
    values: dict[str, Any] = {
        "version": VERSION,
        "at": AT_MS,
        "decision": decision,
        "page": decision,
        "key": 7,
        "placement": "cart",
        "channel": "web",
        "customer": None,
        "visitor": None,
        "circumstances": JournalCircumstances("bread", (("bread", 2),), "ja-JP", "JPY", "JP", {"store": "a"}),
        "audiences": None,
        "segment": "",
        "shown": (slot(),),
        "generation": "2026-11-30T11:00:00Z",
        "snapshot": "1796036400-0a1b2c3d",
    }
    return JournalRecord(**values | changes)
