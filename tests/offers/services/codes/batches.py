"""Batches of codes for tests."""

from datetime import UTC, datetime
from typing import Any

from offers.models import CodeBatch, Offer
from offers.services.codes.generate import generate_waiting, request_batch

AT = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)


def offer_with_code(code: str = "ten-off", **columns: Any) -> Offer:
    """Create an offer of 10 yen off for who enters a code."""
    return Offer.objects.create(
        code=code, name=code, kind="cross_sell", currency="JPY", benefit_kind="amount", benefit_value=10,
        needs_code=True, **columns,
    )  # fmt: skip


def requested(offer: Offer, size: int = 5, name: str = "spring", **columns: Any) -> CodeBatch:
    """Request a batch of codes."""
    return request_batch(batch=CodeBatch(name=name, offer=offer, size=size, prefix="SPR-", **columns))


def generated(offer: Offer, size: int = 5, **columns: Any) -> CodeBatch:
    """Request a batch and generate its codes."""
    batch = requested(offer, size, **columns)
    assert generate_waiting(at=AT) == size
    batch.refresh_from_db()
    return batch


def codes_of(batch: CodeBatch) -> list[str]:
    """Return the codes of a batch in the order in which they were generated."""
    return list(batch.codes.order_by("pk").values_list("code", flat=True))
