"""What fits a known customer: products bought together with the cart and habits, in one ranking.

The formulas are those of `engine.learned.scoring` with fitted weights. The work is done on arrays, because a
large cart has hundreds of links.
"""

from collections.abc import Mapping
from math import log1p
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.decision.context import UNKNOWN, Context
from engine.learned.generations import PURCHASE, Records
from engine.learned.newcomers import Newcomers
from engine.learned.scoring import POPULAR_UNIT, CartBlend
from engine.snapshot.data import PIN_SCORE

Rows = npt.NDArray[np.signedinteger]
Scores = npt.NDArray[np.float64]
NO_LINK = -1


class Fitting(NamedTuple):
    """Products that fit, best first. `orders` is 0 where never bought, `link` NO_LINK without a link."""

    product: list[int]
    score: list[float]
    orders: list[int]  # of the customer that hold it
    link: list[int]  # the strongest from the cart


def fit_cart(context: Context, blend: CartBlend, purchases: bytes, *, limit: int) -> Fitting:
    """Return what this customer may add to the cart; pinned partners come first."""
    of_sum, of_square, of_owned_sum, of_owned = blend.for_cart(len(context.focus))
    product, total, square, link = _partners_of_cart(context)
    together = np.log1p(total / blend.sum_unit)
    score = of_sum * together + of_square * np.log1p(square / blend.square_unit)
    habits, rows = _habits(context, purchases)
    places = np.minimum(np.searchsorted(product, rows), max(len(product) - 1, 0))
    linked = product[places] == rows if len(product) else np.zeros(len(rows), np.bool_)
    owned = habits["cart_score"].astype(np.float64) + of_owned
    orders = np.zeros(len(product), np.int64)
    orders[places[linked]] = habits["orders"][linked]
    score[places[linked]] += owned[linked] + of_owned_sum * together[places[linked]]
    is_pinned = total >= PIN_SCORE
    score[is_pinned] = total[is_pinned]
    alone = ~linked
    return _best(
        np.concatenate([product, rows[alone]]),
        np.concatenate([score, owned[alone]]),
        np.concatenate([orders, habits["orders"][alone]]),
        np.concatenate([link, np.full(int(alone.sum()), NO_LINK)]),
        limit=limit,
    )


def fit_next_basket(context: Context, purchases: bytes, *, limit: int) -> Fitting:
    """Return what this customer may want next: habits, and best sellers they never bought."""
    habits, rows = _habits(context, purchases)
    owned = set(rows.tolist())
    of_new = context.snapshot.scoring.of_new
    fresh = [(row, of_new(orders)) for row, orders in context.learned.popular() if row not in owned]
    return _best(
        np.concatenate([rows, np.array([row for row, _ in fresh], np.int64)]),
        np.concatenate([habits["next_score"].astype(np.float64), [score for _, score in fresh]]),
        np.concatenate([habits["orders"].astype(np.int64), np.zeros(len(fresh), np.int64)]),
        np.full(len(rows) + len(fresh), NO_LINK),
        limit=limit,
    )


def fit_first_order(
    context: Context, newcomers: Newcomers, attributes: Mapping[str, object], *, limit: int
) -> list[tuple[int, float, int]]:
    """Return what a customer without orders may want, best first: rows, scores and recent orders.

    Products are preferred that customers with the same traits buy more often than others; without such
    traits, nothing is returned.
    """
    preferred = newcomers.preferred(attributes)
    if not preferred:
        return []
    orders, affinity = {row: int(recent) for row, recent in context.learned.popular()}, dict[int, float]()
    for pk, listed in preferred.items():
        row = context.snapshot.products.find_pk(pk)
        if row != UNKNOWN:
            affinity[row] = listed.affinity
            orders.setdefault(row, listed.orders)
    scored = [
        (row, log1p(recent / POPULAR_UNIT) + newcomers.weight * affinity.get(row, 0.0), recent)
        for row, recent in orders.items()
    ]
    scored.sort(key=lambda one: (-one[1], one[0]))
    return scored[:limit]


def fit_with_best_sellers(context: Context, popular: float) -> Fitting:
    """Return what goes with the focus, and the best sellers, of which the first scores `popular`."""
    shares = dict(context.learned.best_sellers_scored(popular))
    together = [
        (row, score + shares.pop(row, 0.0), link) for row, score, link in context.learned.bought_together()
    ]
    together += [(row, score, NO_LINK) for row, score in shares.items()]
    together.sort(key=lambda entry: entry[1], reverse=True)
    rows, scores, links = map(list, zip(*together, strict=True)) if together else ([], [], [])
    return Fitting(rows, scores, [0] * len(rows), links)


def _partners_of_cart(context: Context) -> tuple[Rows, Scores, Scores, Rows]:
    """Return the partners of the cart, ascending: the sum of the scores and of their squares, and a link.

    If the fit says so, the shop's best sellers are among them, as if they were partners of one more product.
    """
    partners = context.snapshot.partners
    sellers = context.learned.best_sellers_scored(context.snapshot.scoring.cart_popular)
    links = np.concatenate(
        [np.arange(*partners.span(product)) for product in context.focus] or [np.empty(0, np.int64)]
    )
    scores = np.concatenate([partners.scores[links].astype(np.float64), [score for _, score in sellers]])
    rows = np.concatenate([partners.products[links].astype(np.int64), [row for row, _ in sellers]])
    product, place = np.unique(rows.astype(np.int64), return_inverse=True)
    total = np.bincount(place, scores, len(product)).astype(np.float64, copy=False)
    square = np.bincount(place, scores**2, len(product)).astype(np.float64, copy=False)
    strongest = np.full(len(product), NO_LINK)
    by_score = np.argsort(scores[: len(links)], kind="stable")
    strongest[place[by_score]] = links[by_score]  # of several writes to one place the last stays
    return product, total, square, strongest


def _habits(context: Context, purchases: bytes) -> tuple[Records, Rows]:
    """Return the PURCHASE records of products that the snapshot knows, and their rows."""
    whole = len(purchases) // PURCHASE.itemsize
    habits = np.frombuffer(purchases, PURCHASE, count=whole)
    rows = context.snapshot.products.find_pks(habits["product"])
    known = rows != UNKNOWN
    return habits[known], rows[known]


def _best(product: Rows, score: Scores, orders: Rows, link: Rows, *, limit: int) -> Fitting:
    """Return the `limit` best; equal scores by the lower row."""
    if len(score) > limit:
        kept = np.flatnonzero(score >= np.partition(score, -limit)[-limit])
        product, score, orders, link = product[kept], score[kept], orders[kept], link[kept]
    ranked = np.lexsort((product, -score))[:limit]
    return Fitting(
        product[ranked].tolist(), score[ranked].tolist(), orders[ranked].tolist(), link[ranked].tolist()
    )
