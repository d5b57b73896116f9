"""What a known customer buys again and again."""

from collections.abc import Iterator
from struct import iter_unpack
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import UNKNOWN, Context
from engine.decision.strategies.strategy import Strategy
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord

# A product bought in this many orders before is as likely as not to be bought again.
HABIT_ORDERS = 10

_PURCHASE = "<qIiff"  # engine.learned.generations.PURCHASE
_PURCHASE_BYTES = 24


def also_bought_by_customer(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what this customer has bought most often recently."""
    del offer
    customer = context.request.customer
    if customer is None:
        return
    whole = len(customer.purchases) // _PURCHASE_BYTES * _PURCHASE_BYTES
    for pk, orders, _last_day, _cart_score, next_score in iter_unpack(_PURCHASE, customer.purchases[:whole]):
        product = context.snapshot.products.find_pk(pk)
        if product != UNKNOWN:
            relevance = habit_relevance(orders)
            yield Candidate("also_bought_by_customer", product, next_score, relevance, basis=orders)


def habit_relevance(orders: int) -> float:
    """Return the chance that a product bought in this many orders is bought again."""
    return orders / (orders + HABIT_ORDERS)


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    del context
    return {"orders": candidate.basis}


ALSO_BOUGHT_BY_CUSTOMER: Final = Strategy(
    code="also_bought_by_customer", propose=also_bought_by_customer, evidence=_evidence, follows_interest=True
)
