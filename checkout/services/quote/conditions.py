"""Which offers this shopper may not have: the conditions that decide what is shown, asked about a quote."""

from collections.abc import Iterable

from engine.conditions import Circumstances
from engine.snapshot.records import OfferRecord


def barred_offers(*, offers: Iterable[OfferRecord], circumstances: Circumstances) -> dict[int, str]:
    """Return by offer why it is barred: the reason of the first condition that does not hold."""
    barred = {}
    for record in offers:
        for condition in record.conditions:
            if not condition.holds(circumstances) and record.bars(condition):
                barred[record.id] = condition.reason
                break
    return barred
