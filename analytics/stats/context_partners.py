"""What links say about the products of a context: a decision's sums, for many questions at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.holdout import Questions
from analytics.stats.links import ScoredLinks
from analytics.stats.sales import Ints, LineInts


class SharedCandidates(NamedTuple):
    """Products that every context leads to, as if one more were in it, with the scores of the links."""

    product: Ints  # (m,)
    score: Floats  # (m,)


class CategoryBestSellers(NamedTuple):
    """Products that stand beside each one in its category, with scores."""

    category: Ints  # (n_products,) the category of each
    starts: Ints  # (n_shelves + 1,) category s holds product[starts[s]:starts[s + 1]]
    product: Ints  # (m,)
    score: Floats  # (m,)


NO_SHARED_CANDIDATES = SharedCandidates(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class ContextPartners:
    """The partners of each context without the context itself, by question, then by product."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    sum: Floats  # (n,) of the scores of the links from the context
    square: Floats  # (n,) of their squares


def find_context_partners(
    *,
    questions: Questions,
    links: ScoredLinks,
    power: float = 1.0,
    shared: SharedCandidates = NO_SHARED_CANDIDATES,
    category_sellers: CategoryBestSellers | None = None,
) -> ContextPartners:
    """Follow the links from each context; their scores are raised to `power` first, no others are."""
    width = max(len(links.starts) - 1, 1)
    asked = np.repeat(np.arange(len(questions)), questions.sizes)
    place, rows = _rows_of(links.starts, questions.context)
    offered = (np.arange(len(questions))[:, None] * width + shared.product[None, :]).ravel()
    found = [asked[place] * width + links.partner[rows], offered]
    scored = [links.score[rows] ** power, np.tile(shared.score, len(questions))]
    if category_sellers is not None:
        place, rows = _rows_of(category_sellers.starts, category_sellers.category[questions.context])
        found.append(asked[place] * width + category_sellers.product[rows])
        scored.append(category_sellers.score[rows])
    keys, scores = np.concatenate(found), np.concatenate(scored)
    by_key = np.argsort(keys, kind="stable")
    keys, scores = keys[by_key], scores[by_key]
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    if not len(firsts):
        return ContextPartners(firsts, firsts, np.empty(0), np.empty(0))
    sums, squares = np.add.reduceat(scores, firsts), np.add.reduceat(scores**2, firsts)
    keys = keys[firsts]
    is_new = np.ones(len(keys), np.bool_)
    is_new[_places(asked * width + questions.context, among=keys)[0]] = False
    question, product = np.divmod(keys[is_new], width)
    return ContextPartners(question, product, sums[is_new], squares[is_new])


def _rows_of(starts: Ints, groups: LineInts) -> tuple[Ints, Ints]:
    """Return all rows of each of these groups, and whose they are: (m,) places in `groups`, (m,) rows."""
    lengths = np.diff(starts)[groups]
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[groups] - ends + lengths, lengths)
    return np.repeat(np.arange(len(groups)), lengths), rows


def hits(*, question: Ints, product: Ints, score: Floats, questions: Questions, depth: int) -> Floats:
    """Return for each question 1 where something relevant is among the first `depth`, else 0: (n_questions,).

    The answers, by question, then by product, are ranked by score, equal ones by the lower product.
    """
    width = int(max(product.max(initial=0), questions.relevant.max(initial=0))) + 1
    asked = np.repeat(np.arange(len(questions)), np.diff(questions.relevant_starts))
    relevant, of = _places(asked * width + questions.relevant, among=question * width + product)
    # Of several relevant ones the best says whether any is among the first.
    ranked = np.lexsort((relevant, -score[relevant], asked[of]))
    known, firsts = np.unique(asked[of][ranked], return_index=True)
    best = relevant[ranked][firsts]
    best_of = np.full(len(questions), -1)
    best_of[known] = best
    rivals = best_of[question]
    is_asked = rivals >= 0
    own, rivals = np.flatnonzero(is_asked), rivals[is_asked]
    is_ahead = (score[own] > score[rivals]) | ((score[own] == score[rivals]) & (own < rivals))
    ahead = np.bincount(question[own[is_ahead]], minlength=len(questions))
    return ((best_of >= 0) & (ahead < depth)).astype(np.float64)


def _places(keys: Ints, *, among: Ints) -> tuple[Ints, Ints]:
    """Return where keys stand among others that ascend, and which of the keys do: (m,) and (m,)."""
    if not len(among):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found = np.flatnonzero(among[places] == keys)
    return places[found], found
