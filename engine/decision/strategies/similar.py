"""Products like those in focus: what can be proposed before anything was bought with them.

Products are alike if they are in one category at about the same price, and the more facts they share (the
brand and each attribute), the more alike they are. Only the nearest in price are compared, so the work is
bounded.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Strategy, found_once
from engine.decision.types import Evidence
from engine.snapshot.records import OfferRecord

# How many products are looked at on either side of the price.
REACH = 16


def similar(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the products most like those in focus."""
    del offer
    return iter(found_once(context, _similar_ones))


def _similar_ones(context: Context) -> list[Candidate]:
    """Return what is like a product in focus, the most alike first; of equals the lower row."""
    most_similar: dict[int, tuple[float, int]] = {}
    for product in context.focus:
        for other in _near_in_price(context, product):
            found = _likeness(context, product, other), product
            most_similar[other] = max(most_similar.get(other, found), found)
    return [
        Candidate("similar", other, likeness, PRIOR_RELEVANCE["similar"] * likeness, basis=product)
        for other, (likeness, product) in sorted(most_similar.items(), key=lambda one: (-one[1][0], one[0]))
    ]


def _near_in_price(context: Context, product: int) -> list[int]:
    """Return the other products of its category that are nearest in price."""
    products, shelves = context.snapshot.products, context.snapshot.shelves
    category = products.category[product]
    if category < 0:
        return []
    first, end = shelves.span(category)
    place = bisect_left(shelves.values, products.price[product], first, end, key=products.price.__getitem__)
    near = shelves.values[max(place - REACH, first) : min(place + REACH + 1, end)].tolist()
    return [other for other in near if other != product]


def _likeness(context: Context, one: int, other: int) -> float:
    """Return how alike two products are, 0 to 1: the ratio of their prices and the share of common facts."""
    prices, traits_of = context.snapshot.products.price, context.snapshot.traits
    low, high = sorted((prices[one], prices[other]))
    traits, others = set(traits_of[one]), set(traits_of[other])
    common = len(traits & others) / len(traits | others) if traits or others else 0.0
    return (low / high if high else 1.0) / 2 + common / 2


def _evidence(context: Context, candidate: Candidate) -> Evidence:
    return {"like": context.snapshot.products.sku[candidate.basis], "likeness": round(candidate.score, 2)}


SIMILAR: Final = Strategy(
    code="similar", propose=similar, evidence=_evidence, helps_slow_movers=True, follows_interest=True
)
