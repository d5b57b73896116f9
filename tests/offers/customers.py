"""Attributes of a cosmetics shop, and customers as its system sends them."""

from datetime import UTC, datetime
from typing import Any

from offers.models import AttributeChoice, CustomerAttribute

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SKIN_TYPES = ("dry", "oily", "mixed")


def declare() -> None:
    """Declare an attribute of each type, and one that is no longer used."""
    attributes = {
        code: CustomerAttribute.objects.create(code=code, name_en=code.title(), type=kind)
        for code, kind in (
            ("nickname", "text"),
            ("time_zone", "text"),
            ("household", "number"),
            ("vegan", "yes_no"),
            ("birthday", "date"),
            ("skin_type", "choice"),
            ("interests", "list"),
        )
    }
    CustomerAttribute.objects.create(code="shoe_size", name_en="Shoe size", type="number", is_active=False)
    AttributeChoice.objects.bulk_create(
        AttributeChoice(attribute=attributes[code], code=choice, name_en=choice.title(), position=place)
        for code, choices in (("skin_type", SKIN_TYPES), ("interests", ("tea", "coffee")))
        for place, choice in enumerate(choices)
    )


def answered(answer: str | None, at: str = "2026-11-20T03:00:00Z", question: str = "q-1") -> dict[str, Any]:
    return {"survey": "spring", "question": question, "answer": answer, "answered_at": at}


def inquiry(opened_at: str = "2026-11-20T03:00:00Z", **changes: Any) -> dict[str, Any]:
    return {"id": "t-1", "topic": "delivery", "opened_at": opened_at, **changes}


def said(granted: bool, at: str = "2026-11-20T03:00:00Z", **changes: Any) -> dict[str, Any]:
    return {"purpose": "marketing", "granted": granted, "stated_at": at, **changes}
