"""Baselines: simple methods that the recommendations are compared with.

- popularity: the products in most orders, the same for everyone.
- co-purchase count: the products most often in the same order as those of the context; for a known
  customer the context is everything they bought.
- own purchases: the products in most of the customer's orders. Hard to beat for a next basket (Li et al.
  2023, "A Next Basket Recommendation Reality Check").

Each answers every question with up to DEPTH products, best first, ties by the lower index. Products of the
context are excluded, except for a known customer, who may buy the same product again.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from analytics.evaluation.history import History, Ints
from analytics.evaluation.metrics import DEPTH
from analytics.evaluation.questions import Question

BATCH = 128
Answers = list[list[int]]
# Called with the number of questions answered since the last call.
Progress = Callable[[int], object]
Matrix = sparse.csr_array


def popularity(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    """Answer with the products in most training orders."""
    order_counts = np.asarray(training.baskets().sum(axis=0), np.float64).ravel()
    longest = max((len(question.context) for question in questions), default=0)
    best = best_of(order_counts, limit=DEPTH + longest)
    progress(len(questions))
    return [
        list(islice((product for product in best if product not in question.context), DEPTH))
        for question in questions
    ]


def copurchase_count(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    """Answer with the highest number of training orders shared with the products of the context."""
    baskets = training.baskets()
    shown = np.unique([product for question in questions for product in question.context]).astype(np.int64)
    together = baskets.T.tocsr()[shown] @ baskets
    answers: Answers = []
    for batch in _batches(questions):
        rows = [np.searchsorted(shown, question.context) for question in batch]
        scores = (_indicator(rows, width=len(shown)) @ together).toarray()
        for row, question in zip(scores, batch, strict=True):
            row[list(question.context)] = 0.0
            answers.append(best_of(row, limit=DEPTH))
        progress(len(batch))
    return answers


def customer_copurchase_count(
    training: History, questions: Sequence[Question], progress: Progress
) -> Answers:
    """Answer with the highest number of training orders shared with all products the customer bought."""
    baskets = training.baskets()
    products_first = baskets.T.tocsr()
    answers: Answers = []
    for batch in _batches(questions):
        owned = (_own_orders(training, batch) @ baskets).toarray() > 0
        # Nearly every order shares a product with a regular customer, so dense columns are cheaper.
        scores = products_first @ (baskets @ owned.T.astype(np.float32))
        answers += [best_of(row, limit=DEPTH) for row in scores.T]
        progress(len(batch))
    return answers


def own_purchases(training: History, questions: Sequence[Question], progress: Progress) -> Answers:
    """Answer with the products in most of the customer's training orders."""
    baskets = training.baskets()
    answers: Answers = []
    for batch in _batches(questions):
        scores = (_own_orders(training, batch) @ baskets).toarray()
        answers += [best_of(row, limit=DEPTH) for row in scores]
        progress(len(batch))
    return answers


def best_of(scores: npt.NDArray[np.floating], *, limit: int) -> list[int]:
    """Return the indices of the `limit` highest scores above 0, highest first, ties by the lower index."""
    found = np.flatnonzero(scores > 0)
    if len(found) > limit:
        values = scores[found]
        found = found[values >= np.partition(values, -limit)[-limit]]
    ranked = found[np.lexsort((found, -scores[found]))]
    return [int(product) for product in ranked[:limit]]


def _own_orders(training: History, questions: Sequence[Question]) -> Matrix:
    """Return the training orders of each question's customer, (n_questions, order_count)."""
    orders = pd.Series(training.customer).groupby(training.customer).indices
    rows = [np.asarray(orders.get(question.customer, ()), np.int64) for question in questions]
    return _indicator(rows, width=training.order_count)


def _indicator(rows: Sequence[Sequence[int] | Ints], *, width: int) -> Matrix:
    """Return a matrix, (n_rows, width), with a 1 in the given columns of each row."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    columns = np.concatenate([np.empty(0, np.int64), *(np.asarray(row, np.int64) for row in rows)])
    return Matrix((np.ones(len(columns), np.float32), columns, starts), shape=(len(rows), width))


def _batches(questions: Sequence[Question]) -> Iterator[Sequence[Question]]:
    for start in range(0, len(questions), BATCH):
        yield questions[start : start + BATCH]
