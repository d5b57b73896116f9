"""The candidates of held-out questions about known customers, with the figures that a fit weighs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.companions import Companions
from analytics.stats.evidence import Floats
from analytics.stats.habit import FIGURES, HabitScore, Purchases, Sold, figures_of
from analytics.stats.holdout import Questions
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints
from engine.learned.scoring import POPULAR_UNIT

COMPANY = ("together", "squared", "together_by_size", "owned_together", "owned_by_size")
Figures = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates by question, then by product, with their figures."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    figures: Figures  # (n, n_figures)
    is_right: npt.NDArray[np.bool_]  # (n,)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Candidates":
        """Return the chosen candidates, (n,)."""
        return Candidates(
            self.question[chosen], self.product[chosen], self.figures[chosen], self.is_right[chosen]
        )


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The purchases that a customer's row would hold, with the figures of each."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ascending within a customer
    figures: Figures  # (n, len(FIGURES))


def own_figures(purchases: Purchases, sold: Sold, *, now_us: int, limit: int) -> OwnFigures:
    """Return the `limit` strongest habits of each customer, by the default score."""
    strength = HabitScore().of(purchases, sold, now_us=now_us)
    kept = np.sort(
        best_of_groups(
            group=purchases.buyer,
            score=strength,
            tie=purchases.product,
            group_count=len(purchases.customer),
            limit=limit,
        )
    )
    columns = [figure[kept] for _name, figure in figures_of(purchases, sold, now_us=now_us)]
    return OwnFigures(
        customer=purchases.customer,
        starts=starts_of(purchases.buyer[kept], group_count=len(purchases.customer)),
        product=purchases.product[kept],
        figures=np.stack(columns, axis=1) if columns else np.empty((0, len(FIGURES)), np.float32),
    )


def cart_candidates(
    *, questions: Questions, companions: Companions, own: OwnFigures, sum_unit: float, square_unit: float
) -> Candidates:
    """Return, of each cart, its companions and the customer's own products: FIGURES, then COMPANY."""
    question, product, habits = _own_of(questions, own)
    width = int(max(companions.product.max(initial=0), product.max(initial=0))) + 1
    cart_keys = np.repeat(np.arange(len(questions)), questions.sizes) * width + questions.context
    fresh = ~np.isin(question * width + product, cart_keys)
    own_keys, habits = (question * width + product)[fresh], habits[fresh]
    company_keys = companions.question * width + companions.product
    keys = np.union1d(own_keys, company_keys)
    figures = np.zeros((len(keys), len(FIGURES) + len(COMPANY)), np.float32)
    figures[np.searchsorted(keys, own_keys), : len(FIGURES)] = habits
    places = np.searchsorted(keys, company_keys)
    asked, products = np.divmod(keys, width)
    size = np.log1p(questions.sizes[asked]).astype(np.float32)
    owned, company = figures[:, 0], figures[:, len(FIGURES) :]
    company[places, 0] = np.log1p(companions.sum / sum_unit)
    company[places, 1] = np.log1p(companions.square / square_unit)
    company[:, 2] = company[:, 0] * size
    company[:, 3] = company[:, 0] * owned
    company[:, 4] = owned * size
    return Candidates(asked, products, figures, _right_ones(questions, asked, products))


def next_candidates(*, questions: Questions, own: OwnFigures, best_sellers: Ints, recent: Ints) -> Candidates:
    """Return, of each customer, their own products and the best sellers: FIGURES, then that of the new ones.

    best_sellers: (m,) product positions; recent: (n_products,) orders of the recent window.
    """
    question, product, habits = _own_of(questions, own)
    width = int(max(best_sellers.max(initial=0), product.max(initial=0))) + 1
    own_keys = question * width + product
    offered = (np.arange(len(questions))[:, None] * width + best_sellers[None, :]).ravel()
    new_keys = np.setdiff1d(offered, own_keys)
    keys = np.union1d(own_keys, new_keys)
    figures = np.zeros((len(keys), len(FIGURES) + 1), np.float32)
    figures[np.searchsorted(keys, own_keys), : len(FIGURES)] = habits
    figures[np.searchsorted(keys, new_keys), -1] = np.log1p(recent[new_keys % width] / POPULAR_UNIT)
    asked, products = np.divmod(keys, width)
    return Candidates(asked, products, figures, _right_ones(questions, asked, products))


def _own_of(questions: Questions, own: OwnFigures) -> tuple[Ints, Ints, Figures]:
    """Return question, product and figures of what each question's customer bought before."""
    if not len(own.customer):
        none = np.empty(0, np.int64)
        return none, none, np.empty((0, len(FIGURES)), np.float32)
    places = np.minimum(np.searchsorted(own.customer, questions.customer), len(own.customer) - 1)
    is_known = own.customer[places] == questions.customer
    lengths = np.where(is_known, np.diff(own.starts)[places], 0)
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(own.starts[places] - ends + lengths, lengths)
    return np.repeat(np.arange(len(questions)), lengths), own.product[rows], own.figures[rows]


def _right_ones(questions: Questions, question: Ints, product: Ints) -> npt.NDArray[np.bool_]:
    width = int(max(product.max(initial=0), questions.right.max(initial=0))) + 1
    asked = np.repeat(np.arange(len(questions)), np.diff(questions.right_starts))
    return np.isin(question * width + product, asked * width + questions.right)


def scores_of(candidates: Candidates, weights: Floats) -> Floats:
    """Return the score of each candidate: (n,)."""
    # Unlike a product by a linear algebra library, einsum's is the same with any number of threads.
    scores: Figures = np.einsum("nf,f->n", candidates.figures, weights.astype(np.float32))
    return scores.astype(np.float64)
