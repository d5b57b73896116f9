"""What a known customer is due to buy again."""

from collections.abc import Iterator
from datetime import timedelta
from struct import Struct
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import UNKNOWN, Context
from engine.decision.strategies.strategy import Strategy
from engine.decision.types import Evidence
from engine.learned.facts import INTERVAL_SOURCES, is_due
from engine.moments import EPOCH_DATE
from engine.snapshot.records import OfferRecord

DAY_SECONDS = 86_400
# Of what is due and is bought again at all, about one in ten is in the customer's next basket (measured on
# Complete Journey, see docs/decisions/0029-repurchase-comfort-and-slow-movers.md).
TAKEN_WHEN_DUE = 0.1

_DUE = Struct(
    "<qiIfIB"
)  # engine.learned.facts.DUE: product, due_day, purchases, chance, interval_days, source


def replenishment(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is due at the moment of the request, the surest first."""
    del offer
    customer = context.request.customer
    if customer is None:
        return
    today = context.request.at // DAY_SECONDS
    for place in range(0, len(customer.due) - _DUE.size + 1, _DUE.size):
        pk, due_day, _purchases, chance, interval, _source = _DUE.unpack_from(customer.due, place)
        if is_due(due_day, interval, today):
            product = context.snapshot.products.find_pk(pk)
            if product != UNKNOWN:
                yield Candidate("replenishment", product, chance, chance * TAKEN_WHEN_DUE, basis=place)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    """Return when the product is due, after how many days it is bought again, and how that is known."""
    customer = context.request.customer
    if customer is None:
        return {}
    _pk, due_day, purchases, _chance, interval, source = _DUE.unpack_from(customer.due, candidate.basis)
    return {
        "due_date": (EPOCH_DATE + timedelta(days=due_day)).isoformat(),
        "interval_days": interval,
        "known_from": INTERVAL_SOURCES[source],
        "purchases": purchases,
    }


REPLENISHMENT: Final = Strategy(
    code="replenishment", propose=replenishment, evidence=_evidence, reason="due_for_repurchase"
)
