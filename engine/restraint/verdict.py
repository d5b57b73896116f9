"""Verdicts: whether a candidate may be shown to a person now."""

from typing import Final

from msgspec import Struct

from engine.restraint.consent import Consent
from engine.restraint.directory import NOTHING_KNOWN, Directory
from engine.restraint.ledger import RestraintLedger
from engine.restraint.policy import Policies
from engine.restraint.restrain import Restraint, restrain
from engine.restraint.rulings import Allow, Drop, Hold, Verdict

__all__ = ["Allow", "Drop", "Hold", "RestrainedCandidate", "Verdict", "verdict"]

ALLOWED: Final = Allow()


class RestrainedCandidate(Struct, frozen=True):
    """What is to be shown, and where: an offer, its products and the categories of these with their parents.

    `products` are SKUs, `categories` primary keys as text, `zone` is the IANA time zone of the person, "" for
    the shop's. Products that the person `has` already, in the
    cart or on the page, do not bring back a refusal of them alone.
    """

    offer: str
    kind: str = ""
    products: tuple[str, ...] = ()
    categories: frozenset[str] = frozenset()
    channel: str = "web"
    placement: str = ""
    zone: str = ""
    has: frozenset[str] = frozenset()


def verdict(
    ledger: RestraintLedger,
    policies: Policies,
    consent: Consent,
    candidate: RestrainedCandidate,
    now: int,
    directory: Directory = NOTHING_KNOWN,
) -> Verdict:
    """Return whether the candidate may be shown at `now`, in seconds since 1970-01-01 UTC.

    Hold says from when it may be asked for again. Nobody queues what was held: it is decided anew.
    """
    restraint = restrain(
        ledger,
        policies,
        consent,
        now=now,
        channel=candidate.channel,
        placement=candidate.placement,
        zone=candidate.zone,
        directory=directory,
    )
    return verdict_of(restraint, candidate)


def verdict_of(restraint: Restraint, candidate: RestrainedCandidate) -> Verdict:
    """Return the strictest verdict on the candidate; a raise if nothing holds it back."""
    found = [
        restraint.everything,
        restraint.offers.get(candidate.offer),
        restraint.kinds.get(candidate.kind),
        *(restraint.categories.get(category) for category in candidate.categories),
        restraint.products.get(" ".join(sorted(set(candidate.products)))),
        *(restraint.products.get(sku) for sku in candidate.products if sku not in candidate.has),
    ]
    strictest = max((one for one in found if one is not None), key=lambda one: one.strictness, default=None)
    if strictest is not None:
        return strictest
    lever = restraint.levers.get(candidate.offer)
    return ALLOWED if lever is None else Allow(lever)
