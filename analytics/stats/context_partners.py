"""Sum the link scores of each context's partners, as a decision does, for many questions at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.stats.arrays import Floats, Ints, LineInts
from analytics.stats.holdout import Questions
from analytics.stats.links import ScoredLinks


class SharedCandidates(NamedTuple):
    """Candidates of every context, as if one more product linked to them, with scores."""

    product: Ints  # (m,)
    score: Floats  # (m,)


class CategoryBestSellers(NamedTuple):
    """The best sellers of each category, with scores."""

    category: Ints  # (n_products,) position of each product's category
    starts: Ints  # (n_categories + 1,) category c has product[starts[c]:starts[c + 1]]
    product: Ints  # (m,)
    score: Floats  # (m,)


NO_SHARED_CANDIDATES = SharedCandidates(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class ContextPartners:
    """The partners of each context, without its own products, by question, then by product."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    sum: Floats  # (n,) sum of the scores of the links from the context
    square: Floats  # (n,) sum of their squares


def find_context_partners(
    *,
    questions: Questions,
    links: ScoredLinks,
    power: float = 1.0,
    shared: SharedCandidates = NO_SHARED_CANDIDATES,
    category_sellers: CategoryBestSellers | None = None,
) -> ContextPartners:
    """Return the partners of each context, with link scores raised to `power`, and the other candidates.

    shared: added to every context; category_sellers: added to contexts with a product of the category. Their
    scores are used as they are.
    """
    width = max(len(links.starts) - 1, 1)
    question_of = np.repeat(np.arange(len(questions)), questions.sizes)
    place, rows = _rows_of(links.starts, questions.context)
    offered = (np.arange(len(questions))[:, None] * width + shared.product[None, :]).ravel()
    found = [question_of[place] * width + links.partner[rows], offered]
    scored = [links.score[rows] ** power, np.tile(shared.score, len(questions))]
    if category_sellers is not None:
        place, rows = _rows_of(category_sellers.starts, category_sellers.category[questions.context])
        found.append(question_of[place] * width + category_sellers.product[rows])
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
    is_new[find_keys(question_of * width + questions.context, among=keys)[0]] = False
    question, product = np.divmod(keys[is_new], width)
    return ContextPartners(question, product, sums[is_new], squares[is_new])


def _rows_of(starts: Ints, groups: LineInts) -> tuple[Ints, Ints]:
    """Return the rows of these groups as positions in `groups`, (m,), and row numbers, (m,)."""
    lengths = np.diff(starts)[groups]
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts[groups] - ends + lengths, lengths)
    return np.repeat(np.arange(len(groups)), lengths), rows


def hits(*, question: Ints, product: Ints, score: Floats, questions: Questions, depth: int) -> Floats:
    """Return 1 for each question with a relevant product among the first `depth`, else 0: (n_questions,).

    The answers are given by question, then by product, and ranked by score; ties by the lower product.
    """
    width = int(max(product.max(initial=0), questions.relevant.max(initial=0))) + 1
    question_of = np.repeat(np.arange(len(questions)), np.diff(questions.relevant_starts))
    relevant, found = find_keys(question_of * width + questions.relevant, among=question * width + product)
    # The best of several relevant products decides whether any is among the first.
    ranked = np.lexsort((relevant, -score[relevant], question_of[found]))
    known, firsts = np.unique(question_of[found][ranked], return_index=True)
    best = relevant[ranked][firsts]
    target_of = np.full(len(questions), -1)
    target_of[known] = best
    target = target_of[question]
    has_target = target >= 0
    own, target = np.flatnonzero(has_target), target[has_target]
    is_ahead = (score[own] > score[target]) | ((score[own] == score[target]) & (own < target))
    ahead = np.bincount(question[own[is_ahead]], minlength=len(questions))
    return ((target_of >= 0) & (ahead < depth)).astype(np.float64)


def find_keys(keys: Ints, *, among: Ints) -> tuple[Ints, Ints]:
    """Return positions in `among`, which is ascending, and in `keys`, of the keys found: (m,) each."""
    if not len(among):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found = np.flatnonzero(among[places] == keys)
    return places[found], found
