"""What links say about the products of a context: a decision's sums, for many questions at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analytics.stats.evidence import Floats
from analytics.stats.holdout import Questions
from analytics.stats.links import Links
from analytics.stats.ranking import ranks_in_groups
from analytics.stats.sales import Ints


class Always(NamedTuple):
    """Products that every context leads to, as if one more were in it, with the scores of the links."""

    product: Ints  # (m,)
    score: Floats  # (m,)


NOTHING_ALWAYS = Always(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class Companions:
    """The partners of each context without the context itself, by question, then by product."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    sum: Floats  # (n,) of the scores of the links from the context
    square: Floats  # (n,) of their squares


def find_companions(
    *, questions: Questions, links: Links, power: float = 1.0, always: Always = NOTHING_ALWAYS
) -> Companions:
    """Follow the links from each context; their scores are raised to `power` first, those of `always` not."""
    width = max(len(links.starts) - 1, 1)
    asked = np.repeat(np.arange(len(questions)), questions.sizes)
    lengths = np.diff(links.starts)[questions.context]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.arange(starts[-1]) + np.repeat(links.starts[questions.context] - starts[:-1], lengths)
    keys = np.concatenate(
        [
            np.repeat(asked, lengths) * width + links.partner[rows],
            (np.arange(len(questions))[:, None] * width + always.product[None, :]).ravel(),
        ]
    )
    scores = np.concatenate([links.score[rows] ** power, np.tile(always.score, len(questions))])
    is_new = ~_stands_in(keys, asked * width + questions.context)
    keys, scores = keys[is_new], scores[is_new]
    by_key = np.argsort(keys, kind="stable")
    keys, scores = keys[by_key], scores[by_key]
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    question, product = np.divmod(keys[firsts], width)
    if not len(firsts):
        return Companions(question, product, np.empty(0), np.empty(0))
    sums, squares = np.add.reduceat(scores, firsts), np.add.reduceat(scores**2, firsts)
    return Companions(question, product, sums, squares)


def hits(*, question: Ints, product: Ints, score: Floats, questions: Questions, depth: int) -> Floats:
    """Return for each question 1 where something right is among the first `depth`, else 0: (n_questions,).

    The answers, question ascending, are ranked by score, equal ones by the lower product.
    """
    ranked = np.lexsort((product, -score, question))
    ranks = ranks_in_groups(question[ranked], group_count=len(questions))
    first = ranked[ranks < depth]
    width = int(max(product.max(initial=0), questions.right.max(initial=0))) + 1
    asked = np.repeat(np.arange(len(questions)), np.diff(questions.right_starts))
    is_right = _stands_in(question[first] * width + product[first], asked * width + questions.right)
    found = np.zeros(len(questions))
    found[question[first][is_right]] = 1.0
    return found


def _stands_in(keys: Ints, sorted_keys: Ints) -> npt.NDArray[np.bool_]:
    """Tell which keys stand among others that ascend."""
    if not len(sorted_keys):
        return np.zeros(len(keys), np.bool_)
    places = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    found: npt.NDArray[np.bool_] = sorted_keys[places] == keys
    return found
