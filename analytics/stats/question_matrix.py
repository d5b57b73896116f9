"""Count the hits of many tables of links on the same questions, each with one product of a sparse matrix.

Row q of the matrix contains the products of context q. The product with the table of links is the sum of the
scores of each candidate, as in `context_partners`. Each kind of further candidate is one more column.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from analytics.stats.arrays import Floats, Ints, LineInts
from analytics.stats.context_partners import CategoryBestSellers, SharedCandidates
from analytics.stats.holdout import Questions
from analytics.stats.ranking import starts_of

# Added to the products of the context, so that no sum of scores makes them candidates.
EXCLUDED = -1e300

Matrix = sparse.csr_array


class LinkTable(NamedTuple):
    """Links by product, best first: those of product i are rows starts[i]:starts[i + 1]."""

    starts: Ints  # (n_products + 1,)
    partner: LineInts  # (n,) product positions
    score: Floats  # (n,) > 0


class QuestionMatrix:
    """Questions with one relevant product each, as a matrix."""

    def __init__(
        self, questions: Questions, *, product_count: int, category_sellers: CategoryBestSellers | None
    ) -> None:
        self._relevant = questions.relevant.astype(np.int64)
        self._product_count = product_count
        count = len(questions)
        question_of = np.repeat(np.arange(count), questions.sizes)
        context = questions.context.astype(np.int64)
        # The links of each product, then its exclusion, then the candidates of all contexts.
        rows, columns = [question_of, question_of], [context, product_count + context]
        rows.append(np.arange(count))
        columns.append(np.full(count, 2 * product_count))
        self._category_sellers = category_sellers
        width = 2 * product_count + 1
        if category_sellers is not None:
            rows.append(question_of)
            columns.append(width + category_sellers.category[context])
            width += len(category_sellers.starts) - 1
        row, column = np.concatenate(rows), np.concatenate(columns)
        by_row = np.argsort(row, kind="stable")
        starts = starts_of(row[by_row], group_count=count)
        # Not summed: a category counts once for each of its products in the context.
        self._matrix = Matrix((np.ones(len(row)), column[by_row], starts), shape=(count, width))

    def hits(self, links: LinkTable, *, shared: SharedCandidates, depth: int) -> Floats:
        """Return 1 for each question with its relevant product among the first `depth`, else 0: (n,).

        Ranked by the sum of scores; ties by the lower product. shared: candidates of every context.
        """
        sums = self._matrix @ self._candidates(links, shared)
        question = np.repeat(np.arange(len(self._relevant)), np.diff(sums.indptr))
        product, score = sums.indices, sums.data
        relevant = self._relevant[question]
        is_found = product == relevant
        wanted = np.full(len(self._relevant), np.inf)
        wanted[question[is_found]] = score[is_found]
        wanted_score = wanted[question]
        is_ahead = (score > wanted_score) | ((score == wanted_score) & (product < relevant))
        ahead = np.bincount(question[is_ahead], minlength=len(wanted))
        found: Floats = (np.isfinite(wanted) & (ahead < depth)).astype(np.float64)
        return found

    def _candidates(self, links: LinkTable, shared: SharedCandidates) -> Matrix:
        """Return the scores of the candidates of each column of the questions, (n_columns, n_products)."""
        every = np.arange(self._product_count)
        partner, score = [links.partner, every, shared.product], [links.score, np.full(len(every), EXCLUDED)]
        score.append(shared.score)
        counts = [np.diff(links.starts), np.ones(len(every), np.int64), np.array([len(shared.product)])]
        sellers = self._category_sellers
        if sellers is not None:
            partner.append(sellers.product)
            score.append(sellers.score)
            counts.append(np.diff(sellers.starts))
        starts = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
        return Matrix(
            (np.concatenate(score), np.concatenate(partner), starts),
            shape=(len(starts) - 1, self._product_count),
        )
