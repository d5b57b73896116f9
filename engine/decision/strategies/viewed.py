"""What the shopper looked at and did not buy."""

from collections.abc import Iterator
from struct import iter_unpack
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import UNKNOWN, Context
from engine.decision.interest import MOST_INTEREST
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Strategy, found_once
from engine.snapshot.records import OfferRecord

CODE: Final = "viewed_not_bought"
# The share of shoppers expected to accept what they look at again and again, until results say more.
DAY_SECONDS: Final = 86_400
_PURCHASE: Final = "<qIiff"  # engine.learned.generations.PURCHASE
_PURCHASE_BYTES: Final = 24


def viewed_not_bought(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what was looked at or put into the cart and not bought since, the most interesting first."""
    del offer
    return iter(found_once(context, _viewed_ones))


def _viewed_ones(context: Context) -> list[Candidate]:
    interest, bought = context.interest, _last_days(context)
    return [
        Candidate(CODE, row, one.strength, PRIOR_RELEVANCE[CODE] * one.strength / MOST_INTEREST)
        for row, one in interest.products.items()
        if bought.get(row, UNKNOWN) < one.last // DAY_SECONDS
    ]


def _last_days(context: Context) -> dict[int, int]:
    """Return the last day on which the customer bought each of their most frequent products, by row."""
    customer = context.request.customer
    if customer is None:
        return {}
    whole = len(customer.purchases) // _PURCHASE_BYTES * _PURCHASE_BYTES
    find = context.snapshot.products.find_pk
    records = iter_unpack(_PURCHASE, customer.purchases[:whole])
    return {find(pk): last_day for pk, _orders, last_day, _cart_score, _next_score in records}


# How often it was looked at is in the evidence of every strategy.
VIEWED_NOT_BOUGHT: Final = Strategy(code=CODE, propose=viewed_not_bought)
