"""What a sentence about restraint says, and the words to say it in."""

from typing import NamedTuple

from engine.restraint import (
    Consent,
    Directory,
    LedgerEntry,
    Policies,
    Policy,
    RestrainedCandidate,
    Verdict,
)
from engine.restraint.policy import DAY

NOW = 1_795_262_400  # 2026-11-21 12:00 UTC, a Saturday
HOUR = 3600
CUPS = RestrainedCandidate("cups", "cross_sell", ("cup",), frozenset({"7"}))
POTS = RestrainedCandidate("pots", "cross_sell", ("pot",), frozenset({"7"}))


class Shop(Directory):
    """Cups and pots are of one kind and category; cups are needed again in 20 days."""

    def kind_of(self, offer: str) -> str:
        del offer
        return "cross_sell"

    def category_of(self, products: str) -> str:
        del products
        return "7"

    def due_at(self, products: str, after: int) -> int | None:
        del after
        return NOW + 20 * DAY if products == "cup" else None


class Row(NamedTuple):
    """What a sentence says: the entries of the ledger, the shop's rules, and the verdict on a candidate."""

    entries: list[LedgerEntry]
    expected: Verdict
    policies: Policies = Policies()
    candidate: RestrainedCandidate = CUPS
    consent: Consent = Consent()
    now: int = NOW


def seen(
    *days_ago: float, offer: str = "cups", channel: str = "web", outcome: str = "shown"
) -> list[LedgerEntry]:
    """Return views of an offer, or other outcomes."""
    return [
        LedgerEntry(
            outcome,  # type: ignore[arg-type] # one of the outcomes
            NOW - int(days * DAY),
            subject=offer,
            products={"cups": "cup", "pots": "pot"}[offer],
            channel=channel,
            placement="cart",
        )
        for days in days_ago
    ]


def said(outcome: str, days_ago: float = 1, **columns: object) -> list[LedgerEntry]:
    """Return an answer about the cups."""
    given = {"subject": "cups", "products": "cup", "channel": "web"} | columns
    return [LedgerEntry(outcome, NOW - int(days_ago * DAY), **given)]  # type: ignore[arg-type]


def rules(*policies: Policy, **columns: object) -> Policies:
    return Policies(policies=policies, **columns)  # type: ignore[arg-type]


def on(candidate: RestrainedCandidate, channel: str = "web", placement: str = "") -> RestrainedCandidate:
    return RestrainedCandidate(
        candidate.offer, candidate.kind, candidate.products, candidate.categories, channel, placement
    )
