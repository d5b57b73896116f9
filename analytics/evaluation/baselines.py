"""Two honest rivals: what sells most, and what was most often in the same orders.

Both are what a shop could do in an afternoon. What is served should beat them.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analytics.evaluation.history import ANONYMOUS, History
from analytics.evaluation.metrics import DEPTH
from analytics.evaluation.questions import Question

BATCH = 128
Progress = Callable[[int], object]


def popularity(training: History, questions: Sequence[Question], progress: Progress) -> list[list[int]]:
    """Answer each question with the products of most orders, without those of its context."""
    order_counts = np.asarray(training.baskets().sum(axis=0), np.float64).ravel()
    longest = max((len(question.context) for question in questions), default=0)
    best = _best(order_counts, DEPTH + longest)
    progress(len(questions))
    return [
        list(islice((product for product in best if product not in question.context), DEPTH))
        for question in questions
    ]


def count(training: History, questions: Sequence[Question], progress: Progress) -> list[list[int]]:
    """Answer with the products that were most often in the orders of the context's products.

    The count of a product is the sum over the context of the orders that hold both. For a known
    customer it is the number of their own orders that hold it.
    """
    baskets = training.baskets()
    answers: list[list[int]] = []
    for batch in _batches(questions):
        weights = _order_weights(training, baskets, batch)
        scores = (weights @ baskets).toarray()
        for row, question in zip(scores, batch, strict=True):
            row[list(question.context)] = 0.0
            answers.append(_best(row, DEPTH))
        progress(len(batch))
    return answers


def _order_weights(
    training: History, baskets: sparse.csr_array[np.float32], batch: Sequence[Question]
) -> sparse.csr_array[np.float32]:
    """Return how much each training order speaks to each question, shape (n_batch, n_orders)."""
    if batch[0].customer == ANONYMOUS:
        return _indicator([question.context for question in batch], baskets.shape[1]) @ baskets.T
    owners = [np.flatnonzero(training.customer == question.customer).tolist() for question in batch]
    return _indicator(owners, training.order_count)


def _indicator(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_array[np.float32]:
    """Return a matrix with a 1 at the columns that each row names."""
    lengths = [len(row) for row in rows]
    columns = np.fromiter((column for row in rows for column in row), np.int64, sum(lengths))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_array((np.ones(len(columns), np.float32), columns, starts), shape=(len(rows), width))


def _best(scores: npt.NDArray[np.floating], limit: int) -> list[int]:
    """Return the products of the `limit` highest scores above 0, highest first, ties by index."""
    count = min(limit, len(scores))
    if not count:
        return []
    least = np.partition(scores, -count)[-count]
    candidates = np.flatnonzero(scores >= max(least, np.finfo(np.float32).tiny))
    order = np.lexsort((candidates, -scores[candidates]))
    return candidates[order][:limit].tolist()


def _batches(questions: Sequence[Question]) -> Iterator[Sequence[Question]]:
    for start in range(0, len(questions), BATCH):
        yield questions[start : start + BATCH]
