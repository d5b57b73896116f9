"""Which offers this shopper may not have, whatever lies in the cart."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from engine.snapshot.pricing import Gate


class Shopper(Struct, frozen=True):
    """What the gates of offers ask for: `codes` are normalised, `accepted` are offers."""

    is_known: bool
    subtotal_minor: int
    codes: Collection[str]
    accepted: Collection[int]


def barred_offers(*, gates: Mapping[int, Gate], shopper: Shopper) -> dict[int, str]:
    """Return by offer why it is barred: the first gate that is shut."""
    barred = {}
    for offer, gate in gates.items():
        reason = _shut(offer, gate, shopper)
        if reason:
            barred[offer] = reason
    return barred


def _shut(offer: int, gate: Gate, shopper: Shopper) -> str | None:
    if gate.needs_code and gate.codes.isdisjoint(shopper.codes):
        return "code_needed"
    if gate.audience != "everyone" and (gate.audience == "known") != shopper.is_known:
        return "audience"
    if gate.min_subtotal_minor is not None and shopper.subtotal_minor < gate.min_subtotal_minor:
        return "min_subtotal"
    if gate.needs_acceptance and offer not in shopper.accepted:
        return "not_accepted"
    return None
