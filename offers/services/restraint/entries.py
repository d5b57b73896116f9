"""From events to entries of ledgers: what a shopper did, and what their reason changes about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from engine.restraint.entry import LedgerEntry, Outcome, Scope, WhyNot, products_key
from offers.models import DeclineReason, EventType
from offers.services.exclusions import PlausibleEvent

OUTCOME_OF: Final[Mapping[str, Outcome]] = {
    EventType.IMPRESSION: "shown",
    EventType.CLICK: "clicked",
    EventType.ACCEPT: "accepted",
    EventType.DISMISS: "dismissed",
    EventType.DECLINE: "declined",
    EventType.LATER: "later",
    EventType.NEVER: "never",
    EventType.COMPLAINT: "complaint",
}
# "Not now" without a date.
_NOT_NOW: Final = timedelta(days=7)


def entry_of(event: PlausibleEvent, *, kind: str = "", at: int | None = None) -> LedgerEntry:
    """Return the entry of an event; of another one of the same offer and decision with `kind` and `at`.

    A dismissal with a reason is a no. A reason moves the next decision: "does not fit" and "has it already"
    are about the products and not the offer, "not now" puts the offer off, "never" has no end.
    """
    outcome, scope = OUTCOME_OF[kind or event.type], "offer"
    moment = int(event.occurred_at.timestamp()) if at is None else at
    reason, until = event.reason if not kind else "", event.until if not kind else 0
    if reason and outcome == "dismissed":
        outcome = "declined"
    if reason == DeclineReason.TIMING:
        outcome, until = "later", moment + int(_NOT_NOW.total_seconds())
    elif reason == DeclineReason.NEVER:
        outcome = "never"
    elif reason in (DeclineReason.FIT, DeclineReason.HAVE_IT) and event.skus:
        scope = "product"
    if outcome == "complaint":
        scope = "everything"
    return LedgerEntry(
        outcome=outcome,
        at=moment,
        scope=cast("Scope", scope),
        subject=event.offer,
        products=products_key(event.skus),
        reason=cast("WhyNot", reason),
        channel=event.channel,
        placement=event.placement,
        until=until,
    )
