"""The best of all that is learned, for the question at hand.

A product page asks what goes with one product, a cart asks what is missing in it, and without either a known
customer is asked about the next basket. Each question has its own fitted score. Every candidate names the
learned strategy that contributed most, so that it can be explained. A customer without orders is asked about
the first one, if the shop knows attributes of theirs that help.
"""

from collections.abc import Iterator
from typing import Final

from engine.decision.blend import (
    NO_LINK,
    Fitting,
    fit_cart,
    fit_first_order,
    fit_next_basket,
    fit_with_best_sellers,
)
from engine.decision.candidate import Candidate
from engine.decision.context import UNKNOWN, Context
from engine.decision.strategies.habit import habit_relevance
from engine.decision.strategies.popular import popular_relevance
from engine.decision.strategies.similar import similar
from engine.decision.strategies.strategy import Strategy, found_once
from engine.decision.strategies.together import bought_together, link_relevance
from engine.snapshot.records import OfferRecord

# More than a placement shows, by far: what follows is left to the next strategy.
LIMIT = 64


def recommended(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what fits best: for a known customer by co-purchases and habits, for others by co-purchases.

    If nothing is learned about the products in focus, as for new ones, propose products like them.
    """
    customer, scoring = context.request.customer, context.snapshot.scoring
    is_known = customer is not None and len(customer.purchases) > 0
    if is_known and not context.focus:
        return iter(found_once(context, _for_next_basket))
    if not is_known and not context.focus and (first := found_once(context, _for_first_order)):
        return iter(first)
    if is_known and scoring.cart is not None and context.page_product == UNKNOWN:
        return iter(found_once(context, _for_cart))
    if not context.learned.bought_together():
        return similar(context, offer)
    if scoring.best_seller_score(len(context.focus)):
        return iter(found_once(context, _with_best_sellers))
    return bought_together(context, offer)


def _for_cart(context: Context) -> list[Candidate]:
    customer, blend = context.request.customer, context.snapshot.scoring.cart
    if customer is None or blend is None:
        return []
    # What is in the cart already fits it best, and is left out later.
    limit = LIMIT + len(context.focus)
    return _candidates(context, fit_cart(context, blend, customer.purchases, limit=limit))


def _with_best_sellers(context: Context) -> list[Candidate]:
    popular = context.snapshot.scoring.best_seller_score(len(context.focus))
    return _candidates(context, fit_with_best_sellers(context, popular))


def _for_next_basket(context: Context) -> list[Candidate]:
    customer = context.request.customer
    if customer is None:
        return []
    return _candidates(context, fit_next_basket(context, customer.purchases, limit=LIMIT))


def _for_first_order(context: Context) -> list[Candidate]:
    customer, newcomers = context.request.customer, context.snapshot.scoring.newcomers
    if customer is None or newcomers is None:
        return []
    fitting = fit_first_order(context, newcomers, customer.attributes, limit=LIMIT)
    return [
        Candidate("popular", row, score, popular_relevance(context, recent), basis=recent)
        for row, score, recent in fitting
    ]


def _candidates(context: Context, fitting: Fitting) -> list[Candidate]:
    """Return the candidates, each in the name of the strategy that contributed most."""
    popular_orders = dict(context.learned.popular()) if NO_LINK in fitting.link else {}
    candidates = []
    for product, score, orders, link in zip(*fitting, strict=True):
        if orders:
            relevance = habit_relevance(orders)
            candidates.append(Candidate("also_bought_by_customer", product, score, relevance, basis=orders))
        elif link != NO_LINK:
            relevance = link_relevance(context, link, score)
            candidates.append(Candidate("bought_together", product, score, relevance, basis=link))
        else:
            recent = popular_orders[product]
            relevance = popular_relevance(context, recent)
            candidates.append(Candidate("popular", product, score, relevance, basis=int(recent)))
    return candidates


RECOMMENDED: Final = Strategy(code="recommended", propose=recommended)
