"""The peers: well-known ways to complete a cart, each answering the questions of an evaluation.

- count, cosine, llr: sums of co-purchases over the context, plain, divided by √(n_i · n_j) (Sarwar et al.
  2001), and as log-likelihood ratio (Dunning 1993). Written out here; nothing is cut off.
- implicit_bm25, implicit_als: the PyPI package `implicit`, orders as users.
- ease: EASE^R (Steck 2019) on the 5,000 products of most orders, its ridge chosen on nothing but folklore.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender
from scipy import linalg, sparse

from analytics.evaluation.baselines import Answers, Progress, best_of
from analytics.evaluation.evaluate import Contender
from analytics.evaluation.history import History
from analytics.evaluation.metrics import DEPTH
from analytics.evaluation.questions import Question
from engine.learned.evidence import log_likelihood_ratio

BATCH = 256
EASE_PRODUCTS, EASE_RIDGE = 5000, 100.0
NEIGHBOURS, FACTORS, SEED = 100, 64, 0
Matrix = sparse.csr_array[np.float64, tuple[int, int]]
# Called with the orders that hold both products, and those that hold each, and their number.
Weigh = Callable[
    [npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64], float],
    npt.NDArray[np.float64],
]


class Recommender(Protocol):
    """What the models of `implicit` have in common."""

    def recommend(
        self,
        userid: npt.NDArray[np.int64],
        user_items: sparse.csr_matrix[np.float64],
        N: int,  # noqa: N803 (their name)
        *,
        filter_already_liked_items: bool,
        recalculate_user: bool,
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return products and scores, each (n_users, N)."""
        ...


def peers(code: str, training: History) -> dict[str, Contender]:
    """Return those that answer this kind of question; a next basket is left to the usual rivals."""
    if code not in {"cart_completion", "product_page"}:
        return {}
    return {
        "cosine": partial(_neighbours, training, _cosine),
        "llr": partial(_neighbours, training, _llr),
        "implicit BM25": partial(_implicit_bm25, training),
        "implicit ALS": partial(_implicit_als, training),
        "EASE^R": partial(_ease, training),
    }


def _cosine(
    both: npt.NDArray[np.float64], own: npt.NDArray[np.float64], other: npt.NDArray[np.float64], _all: float
) -> npt.NDArray[np.float64]:
    return both / np.sqrt(own * other)


def _llr(
    both: npt.NDArray[np.float64], own: npt.NDArray[np.float64], other: npt.NDArray[np.float64], total: float
) -> npt.NDArray[np.float64]:
    return log_likelihood_ratio(both=both, own=own, partner=other, total=total)


def _neighbours(
    training: History, weigh: Weigh, questions: Sequence[Question], progress: Progress
) -> Answers:
    """Answer with the highest sum, over the context, of the weighed co-purchases."""
    baskets = training.baskets().astype(np.float64)
    counts = np.maximum(np.asarray(baskets.sum(axis=0), np.float64).ravel(), 1)
    shown = np.unique([product for question in questions for product in question.context]).astype(np.int64)
    together = (baskets.T.tocsr()[shown] @ baskets).tocoo()
    rows, columns = together.coords
    weights = weigh(together.data, counts[shown][rows], counts[columns], float(training.order_count))
    table = sparse.csr_array((weights, (rows, columns)), shape=together.shape)
    return _sums(table, shown, questions, progress)


def _sums(
    table: Matrix, shown: npt.NDArray[np.int64], questions: Sequence[Question], progress: Progress
) -> Answers:
    """Answer with the highest sums of the rows of the context."""
    answers: Answers = []
    for start in range(0, len(questions), BATCH):
        batch = questions[start : start + BATCH]
        places = [np.searchsorted(shown, question.context) for question in batch]
        scores = (_indicator(places, len(shown)) @ table).toarray()
        for row, question in zip(scores, batch, strict=True):
            row[list(question.context)] = 0.0
            answers.append(best_of(row, limit=DEPTH))
        progress(len(batch))
    return answers


def _ease(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    """Answer with the highest sum of the weights of the context; nothing is cut off."""
    baskets = training.baskets()
    counts = np.asarray(baskets.sum(axis=0), np.float64).ravel()
    best = np.sort(np.argsort(-counts, kind="stable")[:EASE_PRODUCTS])
    best = best[counts[best] > 0]
    inside = baskets[:, best]
    gram = (inside.T @ inside).toarray().astype(np.float32)
    gram[np.diag_indices(len(best))] += EASE_RIDGE
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0)
    place = {int(product): row for row, product in enumerate(best)}
    answers: Answers = []
    for question in questions:
        known = [place[product] for product in question.context if product in place]
        scores = weights[known].sum(axis=0)
        scores[known] = 0
        answers.append([int(best[row]) for row in best_of(scores, limit=DEPTH)])
        progress(1)
    return answers


def _implicit_bm25(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    model = BM25Recommender(K=NEIGHBOURS, num_threads=2)
    model.fit(training.baskets().tocsr(), show_progress=False)
    return _recommended(model, training, questions, progress)


def _implicit_als(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    model = AlternatingLeastSquares(factors=FACTORS, random_state=SEED, num_threads=2)
    model.fit(sparse.csr_matrix(training.baskets()), show_progress=False)
    return _recommended(model, training, questions, progress)


def _recommended(
    model: Recommender,
    training: History,
    questions: Sequence[Question],
    progress: Progress,
) -> Answers:
    """Ask a model of `implicit` about carts that it has not seen."""
    answers: Answers = []
    for start in range(0, len(questions), BATCH):
        batch = questions[start : start + BATCH]
        carts = sparse.csr_matrix(_indicator([q.context for q in batch], training.product_count))
        found, _scores = model.recommend(
            np.arange(len(batch)), carts, N=DEPTH, filter_already_liked_items=True, recalculate_user=True
        )
        answers += [[int(product) for product in row if product >= 0] for row in found]
        progress(len(batch))
    return answers


def _indicator(rows: Sequence[Sequence[int] | npt.NDArray[np.int64]], width: int) -> Matrix:
    """Return a matrix, (n_rows, width), with a 1 at the columns that each row names."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    columns = np.concatenate([np.empty(0, np.int64), *(np.asarray(row, np.int64) for row in rows)])
    return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), width))
